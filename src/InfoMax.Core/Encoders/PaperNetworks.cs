
namespace InfoMax.Encoders;

/// <summary>The encoders of the paper and of its published code, as descriptions to build with <see cref="ConvEncoder"/> or to change with <c>with</c>.</summary>
/// <remarks>
/// All convolutions and hidden linear layers are followed by batch normalization and ReLU and have no bias, unless a network says otherwise. Features are "conv", the last map before the vector,
/// "fc", the last hidden linear layer, and "global". <c>globalUnits</c> is 64 in the paper.
/// </remarks>
public static class PaperNetworks
{
    /// <summary>For 28×28 images (MNIST): two convolutions of 64 and 128 channels, 1024 hidden units. Local map and "conv" 128×7×7. PyTorch's initial weights.</summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Basic28x28(int inputChannels = 1, int globalUnits = 64) => Images(inputChannels, 28,
    [
        Layer.Conv(64, kernel: 5, stride: 2, padding: 2),
        Layer.Conv(128, kernel: 5, stride: 2, padding: 2).As("local", "conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>For 32×32 images, DCGAN-like, of the CIFAR tables: 64, 128 and 256 channels, 1024 hidden units. Local map 128×8×8, "conv" 256×4×4. PyTorch's initial weights.</summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Basic32x32(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 32,
    [
        Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
        Layer.Conv(128, kernel: 4, stride: 2, padding: 1).As("local"),
        Layer.Conv(256, kernel: 4, stride: 2, padding: 1).As("conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>For 64×64 images: 64, 128, 256 and 512 channels, 1024 hidden units. Local map 256×8×8, "conv" 512×4×4. PyTorch's initial weights.</summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Basic64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
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
    /// AlexNet-like, for 64×64 images, of the Tiny ImageNet and STL-10 tables: five convolutions, two hidden layers of 4096 units. Local map 384×15×15, "conv" 192×7×7 after its pool.
    /// </summary>
    /// <remarks>Initial weights have deviation 0.02, as in the first release of the code; its later state has PyTorch's default here (<c>with { Weights = WeightInitialization.PyTorch }</c>).</remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Alex64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
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
    /// The AlexNet-like network on strided crops of 64×64 images, of the STL-10 comparison with CPC: 7×7 crops of 16 pixels. Local map 192×7×7, which is "conv" too; then a convolution of 384
    /// channels and 4096 hidden units, both with dropout 0.1.
    /// </summary>
    /// <remarks>Convolutions on crops and the hidden layer have a bias and initial weights of deviation 0.02; the convolution after the crops and the global layer are as PyTorch draws them.</remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription FoldedAlex64x64(int inputChannels = 3, int globalUnits = 64) => Images(inputChannels, 64,
    [
        .. AlexOnCrops(bias: true, WeightInitialization.Normal()),
        Layer.Refold().As("local", "conv"),
        Layer.Conv(384, kernel: 3, stride: 2, dropout: 0.1),
        Layer.Flatten(),
        Layer.Linear(4096, bias: true, dropout: 0.1, weights: WeightInitialization.Normal()).As("fc"),
        Layer.Global(globalUnits),
    ]);

    /// <summary>
    /// The AlexNet-like network on strided crops with several global vectors, of the STL-10 comparison with CPC: local map 192×7×7 ("conv"), and 25 global vectors of 192 units, a 5×5 map of two more
    /// convolutions. There is no layer for a single global vector. PyTorch's initial weights.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription FoldedMultiAlex64x64(int inputChannels = 3) => Images(inputChannels, 64,
    [
        .. AlexOnCrops(bias: null, weights: null),
        Layer.Refold().As("local", "conv"),
        Layer.Conv(192, kernel: 3),
        Layer.Conv(192, kernel: 1).As("global"),
    ]);

    /// <summary>
    /// Residual, for 32×32 images: 19 layers with weights, bottleneck blocks of width 64, 128 and 256, 1024 hidden units. Local map 512×8×8 after the first block of width 128, "conv" 1024×4×4.
    /// PyTorch's initial weights, as in the code.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription ResNet19For32x32(int inputChannels = 3, int globalUnits = 64) =>
        Residual(inputChannels, globalUnits, narrow: 2, middle: 1, wide: 1);

    /// <summary>
    /// Residual, for 32×32 images, the deeper one: 3 blocks of width 64, 6 of 128, 3 of 256, 1024 hidden units. Local map 512×8×8 after the first block of width 128, "conv" 1024×4×4. PyTorch's
    /// initial weights.
    /// </summary>
    /// <remarks>The code has one block of width 64 more here than in <see cref="FoldedResNet34For32x32"/>, and calls one of them 37.</remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription ResNet34For32x32(int inputChannels = 3, int globalUnits = 64) =>
        Residual(inputChannels, globalUnits, narrow: 3, middle: 5, wide: 2);

    /// <summary>
    /// <see cref="ResNet19For32x32"/> on strided crops: 7×7 crops of 8 pixels, each becomes one location of the local map 1024×7×7, which is "conv" too; then 1024 hidden units.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription FoldedResNet19For32x32(int inputChannels = 3, int globalUnits = 64) =>
        FoldedResidual(inputChannels, globalUnits, narrow: 2, middle: 1, wide: 1);

    /// <summary>
    /// The deeper residual network on strided crops, of the CIFAR-10 comparison with CPC: 2 blocks of width 64, 6 of 128, 3 of 256; local map 1024×7×7, which is "conv" too; then 1024 hidden units.
    /// </summary>
    /// <remarks>
    /// The published code repeats the two blocks with stride 2 zero times, which leaves crops of 4×4 that cannot be put back. Here they stand once, as the shapes declared there need them.
    /// </remarks>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription FoldedResNet34For32x32(int inputChannels = 3, int globalUnits = 64) =>
        FoldedResidual(inputChannels, globalUnits, narrow: 2, middle: 5, wide: 2);

    private static EncoderDescription Images(int channels, int side, IReadOnlyList<Layer> layers, WeightInitialization? weights = null) => new()
    {
        InputShape = [channels, side, side],
        Layers = layers,
        Weights = weights ?? WeightInitialization.PyTorch,
    };

    private static Layer[] AlexOnCrops(bool? bias, WeightInitialization? weights) =>
    [
        Layer.Crops(16),
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
    private static EncoderDescription Residual(int inputChannels, int globalUnits, int narrow, int middle, int wide) => Images(inputChannels, 32,
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

    private static EncoderDescription FoldedResidual(int inputChannels, int globalUnits, int narrow, int middle, int wide) => Images(inputChannels, 32,
    [
        Layer.Crops(8),
        Layer.Conv(64, kernel: 3, stride: 2, padding: 1),
        Layer.Bottleneck(64, repeat: narrow),
        Layer.Bottleneck(128, stride: 2, repeat: 1 + middle),
        Layer.Bottleneck(256, stride: 2, repeat: 1 + wide),
        Layer.Refold().As("local", "conv"),
        Layer.Flatten(),
        Layer.Linear(1024).As("fc"),
        Layer.Global(globalUnits),
    ]);
}
