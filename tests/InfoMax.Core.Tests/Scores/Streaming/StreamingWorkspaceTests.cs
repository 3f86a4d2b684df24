using InfoMax.Scores.Streaming;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores.Streaming;

public sealed class StreamingWorkspaceTests
{
    [Fact]
    public void Take_AsMuchOrLess_GivesTheSameBuffer()
    {
        using var workspace = new StreamingWorkspace();
        Tensor first = workspace.Take(10, ScalarType.Float32, CPU);
        (first.numel(), first.dtype).Should().Be((10L, ScalarType.Float32));
        workspace.Take(10, ScalarType.Float32, CPU).Should().BeSameAs(first);
        workspace.Take(3, ScalarType.Float32, CPU).Should().BeSameAs(first);
    }

    [Fact]
    public void Take_MoreOrOfAnotherKind_ReplacesTheBuffer()
    {
        using var workspace = new StreamingWorkspace();
        Tensor first = workspace.Take(10, ScalarType.Float32, CPU);
        Tensor more = workspace.Take(11, ScalarType.Float32, CPU);
        (first.IsInvalid, more.numel()).Should().Be((true, 11L));
        Tensor wide = workspace.Take(5, ScalarType.Float64, CPU);
        (more.IsInvalid, wide.dtype).Should().Be((true, ScalarType.Float64));
        Tensor elsewhere = workspace.Take(5, ScalarType.Float64, META);
        (wide.IsInvalid, elsewhere.device_type).Should().Be((true, TorchSharp.DeviceType.META));
        workspace.Dispose();
        elsewhere.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void Take_InAScope_OutlivesIt()
    {
        using var workspace = new StreamingWorkspace();
        using (NewDisposeScope())
        {
            workspace.Take(4, ScalarType.Float32, CPU);
        }

        workspace.Take(4, ScalarType.Float32, CPU).IsInvalid.Should().BeFalse();
    }
}
