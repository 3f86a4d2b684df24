using System.Text.RegularExpressions;

namespace InfoMax.Weights;

/// <summary>
/// Which name a module's parameter or buffer has in another framework's file. A list of rules that you may extend: each method gives a new map with one rule more, which goes before those that were there.
/// </summary>
/// <remarks>
/// The first rule whose pattern is found in a name is used and no other; a name that no rule knows is the same on both sides. Patterns are .NET's regular expressions without look-around and back-references
/// (they are matched without backtracking, since names in a file may be anyone's).
/// </remarks>
public sealed class NameMap
{
    private readonly (Regex Pattern, string? Replacement)[] _rules;
    private readonly Regex[] _ignored;
    private readonly string _prefix;

    private NameMap((Regex Pattern, string? Replacement)[] rules, Regex[] ignored, string prefix)
    {
        _rules = rules;
        _ignored = ignored;
        _prefix = prefix;
    }

    /// <summary>The same names on both sides.</summary>
    public static NameMap Identity { get; } = new([], [], "");

    /// <summary>
    /// The names of torchvision's ResNet-18, 34 and 50 for encoders such as <c>EncoderDescription.ResNet18</c>: "layer1.0.conv1.weight" for "basic_1.0.body.conv_1.weight". The classifier "fc" is ignored, and the global layer, which
    /// stands in its place, keeps its weights.
    /// </summary>
    public static NameMap TorchvisionResNet { get; } = Identity
        .Replace(@"^conv_1\.conv\.", "conv1.")
        .Replace(@"^conv_1\.norm\.", "bn1.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.body\.conv_([1-3])\.", "layer$1.$2.conv$3.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.body\.norm_([1-3])\.", "layer$1.$2.bn$3.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.shortcut\.conv\.", "layer$1.$2.downsample.0.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.shortcut\.norm\.", "layer$1.$2.downsample.1.")
        .Keep(@"^global_1\.")
        .Ignore(@"^fc\.");

    /// <summary>
    /// The names that the paper's published code, in its state since April 2019, gives to its networks of convolutions and hidden layers: "layers.layer0.conv.weight" for "conv_1.conv.weight". For
    /// <c>PaperBasic28x28</c> (2 and 1), <c>PaperBasic32x32</c> (3 and 1), <c>PaperBasic64x64</c> (4 and 1) and <c>PaperAlex64x64</c> (5 and 2).
    /// </summary>
    /// <remarks>
    /// That code saves the encoder inside another module, whose names begin with "encoder.": add <c>WithPrefix("encoder.")</c> for a file of the whole. The code's state before April 2019 has other names, which contain numbers
    /// of channels, and a bias in hidden layers.
    /// </remarks>
    /// <param name="convolutions">Convolutions, 1 or more.</param>
    /// <param name="hiddenLayers">Hidden linear layers, 0 or more.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static NameMap DeepInfoMaxCode(int convolutions = 3, int hiddenLayers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(convolutions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hiddenLayers);
        NameMap map = Identity;
        for (int i = 0; i < convolutions; i++)
        {
            map = map.Replace($@"^conv_{i + 1}\.conv\.", $"layers.layer{i}.conv.").Replace($@"^conv_{i + 1}\.norm\.", $"layers.layer{i}.bn.");
        }

        // The code counts the flattening as a layer.
        int first = convolutions + 1;
        for (int i = 0; i < hiddenLayers; i++)
        {
            map = map.Replace($@"^linear_{i + 1}\.linear\.", $"layers.layer{first + i}.fc.").Replace($@"^linear_{i + 1}\.norm\.", $"layers.layer{first + i}.bn.");
        }

        return map.Replace(@"^global_1\.", $"layers.layer{first + hiddenLayers}.");
    }

    /// <summary>A map that replaces what a pattern finds in our names.</summary>
    /// <param name="pattern">A regular expression for our names.</param>
    /// <param name="replacement">What stands in theirs in place of each match; $1 is the first group.</param>
    /// <returns>The map with this rule before its others.</returns>
    /// <exception cref="ArgumentException">The pattern is no regular expression that can be matched without backtracking.</exception>
    public NameMap Replace(string pattern, string replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        return new([(Compile(pattern), replacement), .. _rules], _ignored, _prefix);
    }

    /// <summary>A map that gives one name another.</summary>
    /// <param name="ours">Our name, in full.</param>
    /// <param name="theirs">Theirs, in full but for the prefix.</param>
    /// <returns>The map with this rule before its others.</returns>
    public NameMap Rename(string ours, string theirs)
    {
        ArgumentException.ThrowIfNullOrEmpty(ours);
        ArgumentException.ThrowIfNullOrEmpty(theirs);
        return Replace($"^{Regex.Escape(ours)}$", theirs.Replace("$", "$$", StringComparison.Ordinal));
    }

    /// <summary>A map that leaves some of our names out: they keep their values when weights are loaded, and are not saved.</summary>
    /// <param name="pattern">A regular expression for our names.</param>
    /// <returns>The map with this rule before its others.</returns>
    /// <exception cref="ArgumentException">The pattern is no regular expression that can be matched without backtracking.</exception>
    public NameMap Keep(string pattern) => new([(Compile(pattern), null), .. _rules], _ignored, _prefix);

    /// <summary>A map that expects names of theirs that we have no use for.</summary>
    /// <param name="pattern">A regular expression for their names, without the prefix.</param>
    /// <returns>The map with this pattern added.</returns>
    /// <exception cref="ArgumentException">The pattern is no regular expression that can be matched without backtracking.</exception>
    public NameMap Ignore(string pattern) => new(_rules, [Compile(pattern), .. _ignored], _prefix);

    /// <summary>A map for files in which all names have something before them: "module." where the network was saved inside PyTorch's <c>DataParallel</c>.</summary>
    /// <param name="prefix">What stands before each name; goes before a prefix that is there already.</param>
    /// <returns>The map with this prefix.</returns>
    public NameMap WithPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return new(_rules, _ignored, prefix + _prefix);
    }

    /// <summary>Their name for one of ours.</summary>
    /// <param name="ours">A name of a module's <c>state_dict()</c>.</param>
    /// <returns>Their name with its prefix; null if ours is left out.</returns>
    public string? Map(string ours)
    {
        ArgumentNullException.ThrowIfNull(ours);
        foreach ((Regex pattern, string? replacement) in _rules)
        {
            if (pattern.IsMatch(ours))
            {
                return replacement is null ? null : _prefix + pattern.Replace(ours, replacement);
            }
        }

        return _prefix + ours;
    }

    /// <summary>Whether a name of theirs is one that we have no use for.</summary>
    /// <param name="theirs">A name in their file.</param>
    /// <returns>Whether a pattern given to <see cref="Ignore"/> is found in it.</returns>
    public bool Ignores(string theirs)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        return theirs.StartsWith(_prefix, StringComparison.Ordinal) && Array.Exists(_ignored, pattern => pattern.IsMatch(theirs[_prefix.Length..]));
    }

    private static Regex Compile(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"Expected a regular expression without look-around and back-references, got \"{pattern}\".", nameof(pattern), e);
        }
    }
}
