using InfoMax.Encoders.Layers;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Describes one layer of a network, without its weights. The factories make the layers of an <see cref="EncoderDescription"/>;
/// <see cref="Of"/> takes your own module.
/// </summary>
/// <remarks>
/// Layers work with one, two or three spatial dimensions, as the input has. Kernels, strides and paddings are equal in all of them. A
/// description may be used for any number of networks.
/// </remarks>
public abstract class Layer
{
    private protected Layer()
    {
    }

    /// <summary>Names given to this layer's output with <see cref="As"/>.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Start of the saved names of this kind of layer, snake_case; layers of a kind are numbered from 1.</summary>
    internal abstract string Kind { get; }

    /// <summary>Initialization of this layer's weights; null for the network's.</summary>
    internal virtual WeightInitialization? Weights => null;

    /// <summary>A convolution, dropout if any, batch normalization and ReLU, in that order.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">Side of the kernel, 1 or more.</param>
    /// <param name="stride">Step, 1 or more.</param>
    /// <param name="padding">Zeros on each side, 0 or more.</param>
    /// <param name="norm">Whether batch normalization follows.</param>
    /// <param name="activation">Whether ReLU follows.</param>
    /// <param name="bias">Whether the convolution has a bias; null (the default) if there is no normalization.</param>
    /// <param name="dropout">Share of whole channels set to zero in training, in [0, 1). Drawn from TorchSharp's global generator.</param>
    /// <param name="weights">Initial weights; null for those of the description.</param>
    /// <returns>The layer; its output is <c>[N, channels, *spatial]</c>.</returns>
    public static Layer Conv(
        int channels, int kernel, int stride = 1, int padding = 0, bool norm = true, bool activation = true,
        bool? bias = null, double dropout = 0.0, WeightInitialization? weights = null) =>
        new ConvolutionLayer(new Window(kernel, stride, padding), channels, norm, activation, bias ?? !norm, dropout, weights);

    /// <summary>A linear layer, dropout if any, batch normalization and ReLU, in that order. Its input is a vector.</summary>
    /// <param name="units">Output units, 1 or more.</param>
    /// <param name="norm">Whether batch normalization follows.</param>
    /// <param name="activation">Whether ReLU follows.</param>
    /// <param name="bias">Whether the layer has a bias; null (the default) if there is no normalization.</param>
    /// <param name="dropout">Share of units set to zero in training, in [0, 1). Drawn from TorchSharp's global generator.</param>
    /// <param name="weights">Initial weights; null for those of the description.</param>
    /// <returns>The layer; its output is <c>[N, units]</c>.</returns>
    public static Layer Linear(int units, bool norm = true, bool activation = true, bool? bias = null, double dropout = 0.0,
        WeightInitialization? weights = null) =>
        new LinearLayer(units, norm, activation, bias ?? !norm, dropout, weights);

    /// <summary>
    /// The last layer of most encoders, already named "global": linear with a bias, without normalization or activation. Its input is a
    /// vector.
    /// </summary>
    /// <param name="units">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="weights">Initial weights; null for those of the description.</param>
    /// <returns>The layer; its output is <c>[N, units]</c>.</returns>
    public static Layer Global(int units, WeightInitialization? weights = null) =>
        new GlobalLayer(units, weights).As(EncoderOutput.GlobalFeature);

    /// <summary>The largest value under a moving window.</summary>
    /// <param name="kernel">Side of the window, 1 or more.</param>
    /// <param name="stride">Step, 1 or more; null for the side of the window.</param>
    /// <param name="padding">Padding on each side, from 0 to half of the window.</param>
    /// <returns>The layer; its output is <c>[N, C, *spatial]</c>.</returns>
    public static Layer MaxPool(int kernel, int? stride = null, int padding = 0) =>
        new PoolLayer(new Window(kernel, stride ?? kernel, padding), largest: true);

    /// <summary>The mean under a moving window; padding counts as zeros.</summary>
    /// <param name="kernel">Side of the window, 1 or more.</param>
    /// <param name="stride">Step, 1 or more; null for the side of the window.</param>
    /// <param name="padding">Padding on each side, from 0 to half of the window.</param>
    /// <returns>The layer; its output is <c>[N, C, *spatial]</c>.</returns>
    public static Layer AveragePool(int kernel, int? stride = null, int padding = 0) =>
        new PoolLayer(new Window(kernel, stride ?? kernel, padding), largest: false);

    /// <summary>The mean of each channel over all locations, for any number of locations.</summary>
    /// <returns>The layer; its output is <c>[N, C]</c>.</returns>
    public static Layer GlobalAveragePool() => new GlobalAveragePoolLayer();

    /// <summary>
    /// All channels and locations in one vector. The sizes must be known; for inputs of any size take <see cref="GlobalAveragePool"/>. A
    /// vector stays as it is.
    /// </summary>
    /// <returns>The layer; its output is <c>[N, C·L]</c>.</returns>
    public static Layer Flatten() => new FlattenLayer();

    /// <summary>
    /// Residual blocks of two convolutions with kernel 3, as in ResNet-18 and 34. Each block is ReLU of the sum of its convolutions and its
    /// input; where the shape changes, the input passes through a convolution with kernel 1 and batch normalization.
    /// </summary>
    /// <param name="width">Channels, 1 or more.</param>
    /// <param name="stride">Step of the first convolution of the first block, 1 or more.</param>
    /// <param name="repeat">Number of blocks, 1 or more.</param>
    /// <returns>The layer; its output is <c>[N, width, *spatial]</c>.</returns>
    public static Layer Basic(int width, int stride = 1, int repeat = 1) => new ResidualLayer(width, stride, repeat, narrowing: false);

    /// <summary>
    /// Residual blocks of three convolutions, with kernels 1, 3 and 1, of which the last has four times the channels, as in ResNet-50.
    /// Otherwise as <see cref="Basic"/>; the step is that of the convolution with kernel 3.
    /// </summary>
    /// <param name="width">Channels of the first two convolutions, 1 or more.</param>
    /// <param name="stride">Step of the middle convolution of the first block, 1 or more.</param>
    /// <param name="repeat">Number of blocks, 1 or more.</param>
    /// <returns>The layer; its output is <c>[N, 4·width, *spatial]</c>.</returns>
    public static Layer Bottleneck(int width, int stride = 1, int repeat = 1) => new ResidualLayer(width, stride, repeat, narrowing: true);

    /// <summary>
    /// Unfolds the input into crops that overlap by half (the strided crops of the paper's comparison with CPC). Up to <see cref="Fold"/>
    /// each crop is an example of its own, so a location sees only its crop.
    /// </summary>
    /// <param name="size">Side of a crop, even, 2 or more; the step is half of it.</param>
    /// <returns>
    /// The layer; its output is <c>[N·crops, C, size, …]</c>, with 2·⌊input/size⌋ − 1 crops in each dimension if the size divides the
    /// input.
    /// </returns>
    public static Layer Unfold(int size) => new UnfoldLayer(size);

    /// <summary>Folds the crops, now one vector each, back to their places.</summary>
    /// <returns>The layer; its output is <c>[N, C, *crops]</c>.</returns>
    public static Layer Fold() => new FoldLayer();

    /// <summary>Your own module.</summary>
    /// <param name="name">Start of its saved name, snake_case; layers with equal names are numbered.</param>
    /// <param name="create">
    /// Makes the module for inputs of a shape (<c>[C, *spatial]</c> or <c>[D]</c>, −1 for an unknown size). Called once for every network,
    /// and once to find the shape of the output by running zeros in evaluation mode. The network owns the module.
    /// </param>
    /// <param name="weights">
    /// Redraws the weights of its convolutions and linear layers, and sets its group normalizations to the identity. Null (the default)
    /// keeps the module's own weights; the network's seed has no effect on them. TorchSharp does not initialize a <c>GroupNorm</c>: give a
    /// rule, or set its weights.
    /// </param>
    /// <returns>The layer.</returns>
    public static Layer Of(string name, Func<IReadOnlyList<long>, nn.Module<Tensor, Tensor>> create, WeightInitialization? weights = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new OwnLayer(name, create, weights);
    }

    /// <summary>
    /// Names this layer's output: "local" for the local feature map, "global" for the global vector, any other name for a feature.
    /// </summary>
    /// <param name="names">The names to add.</param>
    /// <returns>The layer with these names.</returns>
    public Layer As(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Named([.. Names, .. names]);
    }

    /// <summary>The layer without its names.</summary>
    internal Layer Unnamed() => Named([]);

    private Layer Named(IReadOnlyList<string> names)
    {
        var copy = (Layer)MemberwiseClone();
        copy.Names = names;
        return copy;
    }

    /// <summary>Faults of the layer's own values.</summary>
    internal virtual IEnumerable<string> Faults() => [];

    /// <summary>The shape of the output; null after reporting why the layer does not fit its input.</summary>
    internal abstract LayerShape? Output(LayerShape input, Action<string> fault);

    /// <summary>Makes the module, for an input that fits.</summary>
    internal abstract nn.Module<Tensor, Tensor> Build(LayerShape input);
}
