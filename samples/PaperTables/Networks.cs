using InfoMax.Encoders;
using InfoMax.Samples.Shared;

namespace InfoMax.Samples.PaperTables;

/// <summary>The networks of the tables, by the size of the images.</summary>
internal static class Networks
{
    /// <summary>The one of tables 1, 2, 4 and 5: the DCGAN-like one for small images; AlexNet-like for 64×64, or its small
    /// sibling.</summary>
    public static NamedNetwork Plain(int channels, long side, bool small) => side switch
    {
        28 => new("basic 28×28", EncoderDescription.PaperBasic28x28(channels)),
        32 => new("basic 32×32", EncoderDescription.PaperBasic32x32(channels)),
        64 when small => new("basic 64×64", EncoderDescription.PaperBasic64x64(channels)),
        64 => new("AlexNet-like 64×64", EncoderDescription.PaperAlex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>The one of table 3 on strided crops, with one global vector.</summary>
    public static NamedNetwork Crops(int channels, long side, bool small) => side switch
    {
        32 when small => new("small, on crops", SmallCrops.Single(channels)),
        32 => new("residual, on crops", EncoderDescription.PaperFoldedResNet34For32x32(channels)),
        64 when !small => new("AlexNet-like, on crops", EncoderDescription.PaperFoldedAlex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>The one of table 3 with 25 global vectors. The code has none for CIFAR: that for 32×32 images follows its network for
    /// STL-10.</summary>
    public static NamedNetwork CropsWithSeveral(int channels, long side, bool small) => side switch
    {
        32 when small => new("small, on crops, 25 globals", SmallCrops.Multiple(channels)),
        32 => new("residual, on crops, 25 globals", Above(EncoderDescription.PaperFoldedResNet34For32x32(channels),
            Layer.Conv(1024, kernel: 3), Layer.Conv(1024, kernel: 1).As("global"))),
        64 when !small => new("AlexNet-like, on crops, 25 globals", EncoderDescription.PaperFoldedMultiAlex64x64(channels)),
        _ => throw Unknown(side),
    };

    /// <summary>For CPC: crops alone, and their mean as the global vector.</summary>
    public static NamedNetwork CropsAlone(int channels, long side, bool small)
    {
        NamedNetwork network = Crops(channels, side, small);
        return new($"{network.Name}, nothing above", Above(network.Description, Layer.GlobalAveragePool().As("global")));
    }

    /// <summary>A network with other layers above its local map.</summary>
    private static EncoderDescription Above(EncoderDescription description, params Layer[] layers)
    {
        int local = description.Layers.ToList().FindIndex(layer => layer.Names.Contains("local"));
        return description with { Layers = [.. description.Layers.Take(local + 1), .. layers] };
    }

    private static ArgumentException Unknown(long side) => new($"The table has no network for images of {side}×{side} pixels.");
}
