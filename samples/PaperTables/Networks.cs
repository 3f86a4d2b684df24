using InfoMax.Encoders;

namespace InfoMax.Samples.PaperTables;

/// <summary>The networks of the tables, by the size of the images.</summary>
internal static class Networks
{
    /// <summary>The one of tables 1, 2, 4 and 5: the DCGAN-like one for small images; AlexNet-like for 64×64, or its small sibling.</summary>
    public static NamedNetwork Plain(int channels, long side, bool small) => side switch
    {
        28 => new("basic 28×28", PaperNetworks.Basic28x28(channels)),
        32 => new("basic 32×32", PaperNetworks.Basic32x32(channels)),
        64 when small => new("basic 64×64", PaperNetworks.Basic64x64(channels)),
        64 => new("AlexNet-like 64×64", PaperNetworks.Alex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>The one of table 3 on strided crops, with one global vector.</summary>
    public static NamedNetwork Crops(int channels, long side, bool small) => side switch
    {
        32 when small => new("small, on crops", Small(channels, Layer.Flatten(), Layer.Linear(1024).As("fc"), Layer.Global(64))),
        32 => new("residual, on crops", PaperNetworks.FoldedResNet34For32x32(channels)),
        64 when !small => new("AlexNet-like, on crops", PaperNetworks.FoldedAlex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>The one of table 3 with 25 global vectors, of which none lies above.</summary>
    public static NamedNetwork CropsWithSeveral(int channels, long side, bool small) => side switch
    {
        32 when small => new("small, on crops, 25 globals", Small(channels, Layer.Conv(256, kernel: 3), Layer.Conv(64, kernel: 1).As("global"))),
        32 => new("residual, on crops, 25 globals", Several(PaperNetworks.FoldedResNet34For32x32(channels), 1024)),
        64 when !small => new("AlexNet-like, on crops, 25 globals", PaperNetworks.FoldedMultiAlex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>For CPC: crops alone, and their mean as the global vector.</summary>
    public static NamedNetwork CropsAlone(int channels, long side, bool small)
    {
        NamedNetwork network = Crops(channels, side, small);
        Layer[] upToRefold = [.. network.Description.Layers.TakeWhile(layer => !layer.Names.Contains("local")), network.Description.Layers.First(layer => layer.Names.Contains("local"))];
        return new($"{network.Name}, nothing above", network.Description with { Layers = [.. upToRefold, Layer.GlobalAveragePool().As("global")] });
    }

    /// <summary>The code has no such network for CIFAR; this one follows its network for STL-10.</summary>
    private static EncoderDescription Several(EncoderDescription description, int channels)
    {
        Layer[] upToRefold = [.. description.Layers.TakeWhile(layer => !layer.Names.Contains("local")), description.Layers.First(layer => layer.Names.Contains("local"))];
        return description with { Layers = [.. upToRefold, Layer.Conv(channels, kernel: 3), Layer.Conv(channels, kernel: 1).As("global")] };
    }

    private static EncoderDescription Small(int channels, params Layer[] above) => new()
    {
        InputShape = [channels, 32, 32],
        Layers =
        [
            Layer.Crops(8),
            Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(128, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(256, kernel: 2),
            Layer.Refold().As("local", "conv"),
            .. above,
        ],
    };

    private static ArgumentException Unknown(long side) => new($"The table has no network for images of {side}×{side} pixels.");
}
