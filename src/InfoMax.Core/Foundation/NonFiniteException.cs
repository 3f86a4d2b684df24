namespace InfoMax.Foundation;

/// <summary>An argument holds NaN or infinite values: of its own type so that a training loop can tell it from a mistake of the
/// caller.</summary>
internal sealed class NonFiniteException : ArgumentException
{
    private readonly string _text;

    public NonFiniteException(string message, string? argument, Exception? inner = null)
        : base(message, argument, inner) => _text = message;

    /// <summary>The term of the loss that had the values; null if that is not known.</summary>
    public string? Term { get; private init; }

    /// <summary>The same fault, with the term of the loss that had the values.</summary>
    public NonFiniteException In(string term) => new(_text, ParamName, this) { Term = term };
}
