namespace InfoMax.Encoders;

/// <content>
/// The encoders of the paper and of its reference code. Unless a network says otherwise, batch normalization and ReLU follow every
/// convolution and hidden linear layer, which have no bias, and initial weights are PyTorch's default. Features: "conv", the last map
/// before the vector; "fc", the last hidden linear layer; "global". The paper has 64 global units.
/// </content>
public sealed partial record EncoderDescription
{
    /// <summary>
    /// The paper's network for 28×28 images (MNIST): convolutions of 64 and 128 channels, 1024 hidden units. Local map and "conv" 128×7×7.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperBasic28x28(int inputChannels = 1, int globalUnits = 64) => Images(inputChannels, 28,
    [
        Layer.Conv(64, kernel: 5, stride: 2, padding: 2),
        Layer.Conv(128, kernel: 5, stride: 2, padding: 2).As("local", "conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>
    /// The paper's DCGAN-like network for 32×32 images (CIFAR tables): convolutions of 64, 128 and 256 channels, 1024 hidden units. Local
    /// map 128×8×8, "conv" 256×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperBasic32x32(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 32,
    [
        Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
        Layer.Conv(128, kernel: 4, stride: 2, padding: 1).As("local"),
        Layer.Conv(256, kernel: 4, stride: 2, padding: 1).As("conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>
    /// The paper's network for 64×64 images: convolutions of 64, 128, 256 and 512 channels, 1024 hidden units. Local map 256×8×8, "conv"
    /// 512×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperBasic64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
    [
        Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
        Layer.Conv(128, kernel: 4, stride: 2, padding: 1),
        Layer.Conv(256, kernel: 4, stride: 2, padding: 1).As("local"),
        Layer.Conv(512, kernel: 4, stride: 2, padding: 1).As("conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>
    /// The paper's AlexNet-like network for 64×64 images (Tiny ImageNet and STL-10 tables): five convolutions, two hidden layers of 4096
    /// units. Local map 384×15×15, "conv" 192×7×7 after its pool.
    /// </summary>
    /// <remarks>
    /// Initial weights have standard deviation 0.02, as in the first release of the reference code. Its later state has PyTorch's default
    /// here (<c>with { Weights = WeightInitialization.PyTorch }</c>).
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperAlex64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
    [
        Layer.Conv(96, kernel: 3, padding: 1),
        Layer.MaxPool(3, stride: 2),
        Layer.Conv(192, kernel: 3, padding: 1),
        Layer.MaxPool(3, stride: 2),
        Layer.Conv(384, kernel: 3, padding: 1).As("local"),
        Layer.Conv(384, kernel: 3, padding: 1),
        Layer.Conv(192, kernel: 3, padding: 1),
        Layer.MaxPool(3, stride: 2).As("conv"),
        Layer.Flatten(),
        Layer.Linear(4096),
        Layer.Linear(4096).As("fc"),
        Layer.Global(globalUnits),
    ],
    WeightInitialization.Normal());

    /// <summary>
    /// The paper's AlexNet-like network on strided crops of 64×64 images (STL-10 comparison with CPC): 7×7 crops of 16 pixels. Local map
    /// and "conv" 192×7×7, then a convolution of 384 channels and 4096 hidden units, both with dropout 0.1.
    /// </summary>
    /// <remarks>
    /// The convolutions on crops and the hidden layer have a bias, and initial weights of standard deviation 0.02. The convolution after
    /// the crops and the global layer have PyTorch's initial weights.
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperFoldedAlex64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
    [
        .. AlexOnCrops(bias: true, WeightInitialization.Normal()),
        Layer.Fold().As("local", "conv"),
        Layer.Conv(384, kernel: 3, stride: 2, dropout: 0.1),
        Layer.Flatten(),
        Layer.Linear(4096, bias: true, dropout: 0.1, weights: WeightInitialization.Normal()).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>
    /// The paper's AlexNet-like network on strided crops with several global vectors (STL-10 comparison with CPC): local map and "conv"
    /// 192×7×7, and 25 global vectors of 192 units: a 5×5 map from two more convolutions.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperFoldedMultiAlex64x64(int inputChannels = 3) => Images(inputChannels, 64,
    [
        .. AlexOnCrops(bias: null, weights: null),
        Layer.Fold().As("local", "conv"),
        Layer.Conv(192, kernel: 3),
        Layer.Conv(192, kernel: 1).As("global"),
    ]);

    /// <summary>
    /// The reference code's residual network for 32×32 images: 19 layers with weights, bottleneck blocks of width 64, 128 and 256, 1024
    /// hidden units. Local map 512×8×8 after the first block of width 128, "conv" 1024×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperResNet19For32x32(int inputChannels = 3, int globalUnits = 64) =>
        Residual(inputChannels, globalUnits, narrow: 2, middle: 1, wide: 1);

    /// <summary>
    /// The reference code's deeper residual network for 32×32 images: 3 blocks of width 64, 6 of 128, 3 of 256, 1024 hidden units. Local
    /// map 512×8×8 after the first block of width 128, "conv" 1024×4×4.
    /// </summary>
    /// <remarks>
    /// The reference code has one block of width 64 more here than in <see cref="PaperFoldedResNet34For32x32"/>, and calls one of them 37.
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperResNet34For32x32(int inputChannels = 3, int globalUnits = 64) =>
        Residual(inputChannels, globalUnits, narrow: 3, middle: 5, wide: 2);

    /// <summary>
    /// <see cref="PaperResNet19For32x32"/> on strided crops: 7×7 crops of 8 pixels. Each crop becomes one location of the local map
    /// 1024×7×7, which is "conv" too; then 1024 hidden units.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperFoldedResNet19For32x32(int inputChannels = 3, int globalUnits = 64) =>
        FoldedResidual(inputChannels, globalUnits, narrow: 2, middle: 1, wide: 1);

    /// <summary>
    /// The deeper residual network on strided crops (CIFAR-10 comparison with CPC): 2 blocks of width 64, 6 of 128, 3 of 256. Local map and
    /// "conv" 1024×7×7; then 1024 hidden units.
    /// </summary>
    /// <remarks>
    /// The reference code repeats the two blocks with stride 2 zero times. That leaves crops of 4×4, which cannot be put back. Here each
    /// block stands once, as the shapes declared in that code require.
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription PaperFoldedResNet34For32x32(int inputChannels = 3, int globalUnits = 64) =>
        FoldedResidual(inputChannels, globalUnits, narrow: 2, middle: 5, wide: 2);

    private static EncoderDescription Images(int channels, int side, IReadOnlyList<Layer> layers, WeightInitialization? weights = null) =>
        new()
        {
            InputShape = [channels, side, side],
            Layers = layers,
            Weights = weights ?? WeightInitialization.PyTorch,
        };

    private static Layer[] AlexOnCrops(bool? bias, WeightInitialization? weights) =>
    [
        Layer.Unfold(16),
        Layer.Conv(96, kernel: 3, padding: 1, bias: bias, weights: weights),
        Layer.MaxPool(3, stride: 2),
        Layer.Conv(192, kernel: 3, padding: 1, bias: bias, weights: weights),
        Layer.MaxPool(3, stride: 2),
        Layer.Conv(384, kernel: 3, padding: 1, bias: bias, weights: weights),
        Layer.Conv(384, kernel: 3, padding: 1, bias: bias, weights: weights),
        Layer.Conv(192, kernel: 3, padding: 1, bias: bias, weights: weights),
        Layer.MaxPool(3, stride: 2),
    ];

    /// <summary>Blocks of width 64, then one block with stride 2 and more without it, of width 128 and of 256.</summary>
    private static EncoderDescription Residual(int inputChannels, int globalUnits, int narrow, int middle, int wide) =>
        Images(inputChannels, 32,
    [
        Layer.Conv(64, kernel: 3, stride: 2, padding: 1),
        Layer.Bottleneck(64, repeat: narrow),
        Layer.Bottleneck(128, stride: 2).As("local"),
        Layer.Bottleneck(128, repeat: middle),
        Layer.Bottleneck(256, stride: 2, repeat: 1 + wide).As("conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    private static EncoderDescription FoldedResidual(int inputChannels, int globalUnits, int narrow, int middle, int wide) =>
        Images(inputChannels, 32,
    [
        Layer.Unfold(8),
        Layer.Conv(64, kernel: 3, stride: 2, padding: 1),
        Layer.Bottleneck(64, repeat: narrow),
        Layer.Bottleneck(128, stride: 2, repeat: 1 + middle),
        Layer.Bottleneck(256, stride: 2, repeat: 1 + wide),
        Layer.Fold().As("local", "conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);
}
