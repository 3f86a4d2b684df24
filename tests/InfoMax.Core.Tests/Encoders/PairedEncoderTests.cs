using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class PairedEncoderTests
{
    [Fact]
    public void PairedParts_ThatDoNotFit_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var x = new InMemorySource(rand(4, 3));
        using var y = new InMemorySource(rand(5, 3));
        Expect.ArgumentFault(() => _ = new PairedSource(x, y), "second", "4 examples", "got 5");
        using var open = new EncoderAdapter(nn.Conv1d(1, 2, 2, bias: false), nn.Flatten());
        using var known = ConvEncoder.For28x28();
        Expect.ArgumentFault(() => _ = new PairedEncoder(open, known), "firstShape", "none");
    }
}
