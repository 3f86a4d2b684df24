using InfoMax.Training.Memory;

namespace InfoMax.Core.Tests.Training;

public sealed class MemoryPlanTests
{
    [Fact]
    public void ToString_OfAPlan_IsLargestFirst()
    {
        var plan = new MemoryPlan(
            [new("small", 10, "little"), new("large", 3L << 30, "much"), new("foreign", null, "nobody knows") { IsAllocated = true }],
                2L << 30, "a test", ["less"]);
        plan.Exceeds.Should().BeTrue();
        plan.ToString().Split('\n').Should().HaveCount(5).And.ContainInOrder("Memory: 3.00 GiB needed in addition, 2.00 GiB available " +
            "(a test).", "    3.00 GiB  large: much", "     0.0 KiB  small: little", "That is more than is available.");
        new MemoryPlan([new("large", 3L << 30, "much")], null, "nobody says", []).Exceeds.Should().BeFalse();
    }
}
