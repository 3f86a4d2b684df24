namespace InfoMax.Encoders.Layers;

/// <summary>A window that moves over the input, equal in each dimension.</summary>
internal readonly record struct Window(int Kernel, int Stride, int Padding)
{
    public IEnumerable<string> Faults()
    {
        if (Kernel < 1 || Stride < 1 || Padding < 0)
        {
            yield return $"kernel and stride must be at least 1 and padding at least 0, are {Kernel}, {Stride} and {Padding}";
        }
    }

    public LayerShape? Output(LayerShape input, long channels, Action<string> fault)
    {
        if (!input.IsMap(fault))
        {
            return null;
        }

        (int kernel, int stride, int padding) = (Kernel, Stride, Padding);
        if (input.Spatial.Any(s => s > 0 && s + (2L * padding) < kernel))
        {
            fault($"the kernel is larger than its padded input ({input}, padding {padding})");
            return null;
        }

        return input.Map(channels, s => ((s + (2L * padding) - kernel) / stride) + 1);
    }

    public override string ToString() => $"kernel {Kernel}, stride {Stride}, padding {Padding}";
}
