namespace InfoMax.Tests.Support;

/// <summary>Assertions on exceptions at the boundary.</summary>
public static class Expect
{
    /// <summary>The action throws an <see cref="ArgumentException"/> for this argument that says this.</summary>
    public static void ArgumentFault(Action action, string argument, params string[] texts)
    {
        ArgumentException exception = FluentActions.Invoking(action).Should().Throw<ArgumentException>().Which;
        exception.ParamName.Should().Be(argument, "the message is: {0}", exception.Message);
        foreach (string text in texts)
        {
            exception.Message.Should().Contain(text);
        }
    }
}
