using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>The modules of a list of layers, in order. The module that registers them owns them.</summary>
internal sealed class LayerNetwork
{
    private const string Owner = "layers";

    private readonly List<(string Name, Layer Layer, nn.Module<Tensor, Tensor> Module)> _steps = [];

    private LayerNetwork()
    {
    }

    /// <summary>Collects the faults of a list of layers, and returns the shape after each layer as far as it is known.</summary>
    public static List<LayerShape> Infer(IReadOnlyList<long>? inputShape, IReadOnlyList<Layer>? layers, List<string> faults)
    {
        var shapes = new List<LayerShape>();
        bool follows = CheckInput(inputShape, faults);
        if (layers is null || layers.Count == 0)
        {
            faults.Add("there must be at least one layer");
            return shapes;
        }

        LayerShape? shape = follows ? new LayerShape(inputShape!) : null;
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i] is not { } layer)
            {
                faults.Add($"layer {i} is null");
                shape = null;
                continue;
            }

            int before = faults.Count;
            faults.AddRange(layer.Faults().Select(fault => $"layer {i}, {layer}: {fault}"));
            int index = i;
            shape = shape is null || faults.Count > before ? null
                : layer.Output(shape, fault => faults.Add($"layer {index}, {layer}: {fault}"));
            if (shape is not null)
            {
                shapes.Add(shape);
            }
        }

        return shapes;
    }

    /// <summary>Builds layers without faults.</summary>
    /// <param name="inputShape">Shape of one example.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="shapes">The shape after each layer.</param>
    /// <param name="weights">Initial weights of layers without their own rule.</param>
    /// <param name="seed">Seed of the initial weights; null for the global generator.</param>
    public static LayerNetwork Build(IReadOnlyList<long> inputShape, IReadOnlyList<Layer> layers, IReadOnlyList<LayerShape> shapes,
        WeightInitialization weights, int? seed)
    {
        var network = new LayerNetwork();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            for (int i = 0; i < layers.Count; i++)
            {
                int number = counts[layers[i].Kind] = counts.GetValueOrDefault(layers[i].Kind) + 1;
                network._steps.Add(
                    ($"{layers[i].Kind}_{number}", layers[i], layers[i].Build(i == 0 ? new LayerShape(inputShape) : shapes[i - 1])));
            }

            network.Initialize(weights, seed);
            return network;
        }
        catch
        {
            foreach ((string _, Layer _, nn.Module<Tensor, Tensor> module) in network._steps)
            {
                module.Dispose();
            }

            throw;
        }
    }

    /// <summary>Registers the modules in their owner, under their names.</summary>
    public void RegisterIn(nn.Module owner)
    {
        foreach ((string name, Layer _, nn.Module<Tensor, Tensor> module) in _steps)
        {
            owner.register_module(name, module);
        }
    }

    /// <summary>Runs the layers. Named outputs go to <paramref name="tap"/>; others are disposed after the next layer.</summary>
    public Tensor Run(Tensor input, Action<string, Tensor>? tap = null)
    {
        Tensor current = input;
        bool keep = true;
        foreach ((string _, Layer layer, nn.Module<Tensor, Tensor> module) in _steps)
        {
            Tensor output = module.call(current);
            output = ReferenceEquals(output, current) ? output.alias() : output;
            if (!keep)
            {
                current.Dispose();
            }

            current = output;
            keep = tap is not null && layer.Names.Count > 0;
            if (keep)
            {
                foreach (string name in layer.Names)
                {
                    tap!(name, output);
                }
            }
        }

        return current;
    }

    private static bool CheckInput(IReadOnlyList<long>? shape, List<string> faults)
    {
        if (shape is null || shape.Count is < 1 or > 4)
        {
            faults.Add(
                $"InputShape must be [C, *spatial] with at most three spatial dimensions, is " +
                $"{(shape is null ? "null" : TensorGuard.Shape(shape))}");
            return false;
        }

        if (shape[0] < 1 || shape.Skip(1).Any(size => size is < 1 and not -1))
        {
            faults.Add(
                $"InputShape must have at least one channel, and sizes of at least 1 or −1 for any, is [{string.Join(", ", shape)}]");
            return false;
        }

        return true;
    }

    private void Initialize(WeightInitialization weights, int? seed)
    {
        Generator? generator = RandomStream.Of(seed, Owner)?.Generator();
        using var noGrad = no_grad();
        try
        {
            foreach ((string _, Layer layer, nn.Module<Tensor, Tensor> module) in _steps)
            {
                // TorchSharp's modules have drawn PyTorch's default from the global generator already.
                WeightInitialization rule = layer.Weights ?? weights;
                if ((layer is OwnLayer && layer.Weights is null)
                    || (seed is null && rule == WeightInitialization.PyTorch && layer is not OwnLayer))
                {
                    continue;
                }

                foreach ((Tensor weight, Tensor? bias) in Initialization.Weights(module))
                {
                    generator ??= RandomStream.Of(RandomStream.GlobalSeed(), Owner).Generator();
                    rule.Fill(weight, bias, generator);
                }

                GroupNorms.Reset(module);
            }
        }
        finally
        {
            generator?.Dispose();
        }
    }
}
