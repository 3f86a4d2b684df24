namespace InfoMax.Encoders.Layers;

/// <summary>Checks shared by several layers.</summary>
internal static class LayerFaults
{
    public static IEnumerable<string> Size(string name, int value)
    {
        if (value < 1)
        {
            yield return $"{name} must be at least 1, is {value}";
        }
    }

    public static IEnumerable<string> Dropout(double share)
    {
        if (!(share >= 0 && share < 1))
        {
            yield return FormattableString.Invariant($"dropout must be in [0, 1), is {share}");
        }
    }
}
