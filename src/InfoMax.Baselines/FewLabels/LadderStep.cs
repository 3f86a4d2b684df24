using InfoMax.Encoders;
using InfoMax.Encoders.Layers;
using InfoMax.Foundation;

namespace InfoMax.Baselines.FewLabels;

/// <summary>What lies between two levels of a ladder.</summary>
internal enum LadderKind
{
    Convolution,
    MaxPool,
    AveragePool,
    GlobalAveragePool,
    Linear,
}

/// <summary>One level of a ladder above the input: how it is made of the level below.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Below">Shape of the level below for one example, <c>[C, *spatial]</c> or <c>[F]</c>.</param>
/// <param name="Shape">Its own shape.</param>
/// <param name="Window">Kernel, step and padding of a convolution or pool.</param>
/// <param name="Rectified">Whether ReLU follows.</param>
/// <param name="Weights">Initial weights, if not as the description's.</param>
internal sealed record LadderStep(
    LadderKind Kind, IReadOnlyList<long> Below, IReadOnlyList<long> Shape, Window Window, bool Rectified, WeightInitialization? Weights)
{
    /// <summary>Whether the level below is a map that is laid out as a vector first.</summary>
    public bool Flattens => Kind == LadderKind.Linear && Below.Count > 1;

    /// <summary>The steps of a description, with a linear one to the classes on top.</summary>
    /// <exception cref="ArgumentException">
    /// The description has faults, or layers that have no place in a ladder; the message lists them.
    /// </exception>
    public static IReadOnlyList<LadderStep> Of(EncoderDescription description, int classes)
    {
        IReadOnlyList<LayerShape> shapes = description.Check();
        var steps = new List<LadderStep>();
        var faults = new List<string>();
        if (description.InputShape.Any(size => size < 0))
        {
            faults.Add($"InputShape must have known sizes, is {TensorGuard.Shape(description.InputShape)}");
        }

        IReadOnlyList<long> below = description.InputShape;
        for (int i = 0; i < shapes.Count; i++)
        {
            if (description.Layers[i] is FlattenLayer)
            {
                continue;
            }

            if (Of(description.Layers[i], below, shapes[i].Sizes) is not { } step)
            {
                faults.Add($"layer {i}, {description.Layers[i]}: {Reason(description.Layers[i])}");
                continue;
            }

            steps.Add(step);
            below = step.Shape;
        }

        return faults.Count == 0
            ? [.. steps, new LadderStep(LadderKind.Linear, below, [classes], default, Rectified: false, Weights: null)]
            : throw new ArgumentException("The ladder cannot be built: " + string.Join("; ", faults) + ".", nameof(description));
    }

    private static LadderStep? Of(Layer layer, IReadOnlyList<long> below, IReadOnlyList<long> shape) => layer switch
    {
        ConvolutionLayer { Parts: (var window, var activation, 0) } conv =>
            new(LadderKind.Convolution, below, shape, window, activation, conv.Weights),
        LinearLayer { Parts: (var activation, 0) } linear => new(LadderKind.Linear, below, shape, default, activation, linear.Weights),
        GlobalLayer global => new(LadderKind.Linear, below, shape, default, Rectified: false, global.Weights),
        PoolLayer { Parts: var (window, max) } =>
            new(max ? LadderKind.MaxPool : LadderKind.AveragePool, below, shape, window, Rectified: false, Weights: null),
        GlobalAveragePoolLayer => new(LadderKind.GlobalAveragePool, below, shape, default, Rectified: false, Weights: null),
        _ => null,
    };

    private static string Reason(Layer layer) => layer is ConvolutionLayer or LinearLayer
        ? "dropout has no place in a ladder, whose noise stands for it: leave it out"
        : "has no counterpart in the decoder; a ladder takes convolutions, pools, Flatten, Linear and Global";
}
