using InfoMax.Data;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class LabeledDataTests
{
    [Theory]
    [InlineData(7, 100_000)]
    [InlineData(0, 20_000)]
    [InlineData(int.MaxValue - 1, int.MaxValue)]
    public void Labels_ThatAreIds_AreRefusedBeforeMemoryIsTaken(int first, int second)
    {
        using Tensor inputs = zeros(4, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Expect.ArgumentFault(
            () => _ = new LabeledData(inputs, [first, second, first, second]), "labels", "2 different labels", $"up to {second}",
                "number the classes from 0", "classNames");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void Labels_OutOfTheNamedClasses_AreRefusedWithTheRange()
    {
        using Tensor inputs = zeros(2, 2);
        Expect.ArgumentFault(() => _ = new LabeledData(inputs, [0, int.MaxValue], ["a", "b"]), "labels", "[0, 2)", "2147483647");
        Expect.ArgumentFault(() => _ = new LabeledData(inputs, [-1, int.MaxValue]), "labels", "[0, 2147483648)", "-1");
        using var few = new LabeledData(inputs, [0, 999]);
        few.ClassCount.Should().Be(1000, "a small part of a set of a thousand classes");
        using var named = new LabeledData(inputs, [0, 19_999], [.. Enumerable.Range(0, 20_000).Select(c => $"class {c}")]);
        named.ClassCount.Should().Be(20_000);
    }
}
