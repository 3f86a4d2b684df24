using System.Runtime.CompilerServices;

namespace InfoMax.Weights;

/// <summary>The text of a fault, formatted only if there is one: a header may have millions of entries without a fault.</summary>
[InterpolatedStringHandler]
internal ref struct FaultText
{
    private DefaultInterpolatedStringHandler _text;

    public FaultText(int literalLength, int formattedCount, bool wrong, out bool isNeeded)
    {
        isNeeded = wrong;
        _text = wrong ? new DefaultInterpolatedStringHandler(
            literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
