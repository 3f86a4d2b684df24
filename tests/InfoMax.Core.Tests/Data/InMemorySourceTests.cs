using InfoMax.Data;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class InMemorySourceTests
{
    [Fact]
    public void GetBatch_Bytes_ComeOutScaledAndFloatsAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var bytes = new InMemorySource(tensor(new byte[] { 0, 255, 51, 102 }).view(2, 1, 2));
        bytes.GetBatch([1, 0, 1]).data<float>().ToArray().Should()
            .BeEquivalentTo([-0.6f, -0.2f, -1f, 1f, -0.6f, -0.2f], o =>
                o.WithStrictOrdering().Using<float>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-6f)).WhenTypeIs<float>());
        using var floats = new InMemorySource(tensor(new[] { 3f, 4f }).view(2, 1));
        floats.GetBatch([1]).item<float>().Should().Be(4f);
        FluentActions.Invoking(() => floats.GetBatch([2])).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*[0, 2)*");
        Expect.ArgumentFault(() => _ = new InMemorySource(zeros([0, 3])), "examples", "at least one example");
        Expect.ArgumentFault(() => _ = new InMemorySource(zeros([2, 3], ScalarType.Int32)), "examples", "uint8");
        Expect.ArgumentFault(() => _ = new InMemorySource(full([2, 3], float.NaN)), "examples", "finite", "6 of 6");
        Expect.ArgumentFault(() => _ = new LabeledData(zeros([2, 3]), [0]), "labels", "2 examples and 1 labels");
        Expect.ArgumentFault(() => _ = new LabeledData(zeros([2, 3]), [0, -1]), "labels", "got -1");
    }
}
