namespace InfoMax.Encoders;

/// <content>The standard residual networks.</content>
public sealed partial record EncoderDescription
{
    /// <summary>The standard ResNet-18: basic blocks, stages of 64, 128, 256 and 512 channels.</summary>
    /// <remarks>
    /// Layers, parameter counts and initial weights are torchvision's; a global layer replaces the classifier. The local map is the output
    /// of any of the four stages. For 224×224 images the maps of the stages are 56, 28, 14 and 7 on a side; a location of a late stage sees
    /// most of the image. Features: "conv", the map of stage 4; "pool", its mean over locations; "global". Source: He et al., 2016.
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <param name="localStage">Stage whose output is the local map, 1 to 4.</param>
    /// <param name="inputSize">Side of the images; −1 for any sides, which may differ.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The stage is not one of 1 to 4.</exception>
    public static EncoderDescription ResNet18(int inputChannels = 3, int globalUnits = 64, int localStage = 2, int inputSize = 224) =>
        ResNet(Layer.Basic, [2, 2, 2, 2], inputChannels, globalUnits, localStage, inputSize);

    /// <summary>The standard ResNet-34: basic blocks, stages of 64, 128, 256 and 512 channels.</summary>
    /// <inheritdoc cref="ResNet18"/>
    public static EncoderDescription ResNet34(int inputChannels = 3, int globalUnits = 64, int localStage = 2, int inputSize = 224) =>
        ResNet(Layer.Basic, [3, 4, 6, 3], inputChannels, globalUnits, localStage, inputSize);

    /// <summary>The standard ResNet-50: bottleneck blocks, stages of 256, 512, 1024 and 2048 channels.</summary>
    /// <inheritdoc cref="ResNet18"/>
    public static EncoderDescription ResNet50(int inputChannels = 3, int globalUnits = 64, int localStage = 2, int inputSize = 224) =>
        ResNet(Layer.Bottleneck, [3, 4, 6, 3], inputChannels, globalUnits, localStage, inputSize);

    private static EncoderDescription ResNet(
        Func<int, int, int, Layer> block, int[] repeats, int inputChannels, int globalUnits, int localStage, int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localStage, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(localStage, 4);
        Layer Stage(int number)
        {
            Layer stage = block(32 << number, number == 1 ? 1 : 2, repeats[number - 1]);
            return number == localStage ? stage.As("local") : stage;
        }

        return new EncoderDescription
        {
            InputShape = [inputChannels, inputSize, inputSize],
            Layers =
            [
                Layer.Conv(64, kernel: 7, stride: 2, padding: 3),
                Layer.MaxPool(3, stride: 2, padding: 1),
                Stage(1),
                Stage(2),
                Stage(3),
                Stage(4).As("conv"),
                Layer.GlobalAveragePool().As("pool"),
                Layer.Global(globalUnits),
            ],
            Weights = WeightInitialization.KaimingFanOut,
        };
    }
}
