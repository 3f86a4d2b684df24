using InfoMax.Foundation;

namespace InfoMax.Encoders;

/// <summary>Describes a <see cref="TransformerEncoder"/>: either <see cref="PatchSize"/> or <see cref="VocabularySize"/> is set.</summary>
public sealed record TransformerOptions
{
    /// <summary>Shape of one example.</summary>
    /// <value><c>[C, *spatial]</c> with one to three spatial dimensions for patches, <c>[T]</c> for tokens; −1 for any size.</value>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>Sides of a patch.</summary>
    /// <value>One for each spatial dimension, or one for all; each 1 or more, and a divisor of its size. Null for tokens.</value>
    public IReadOnlyList<int>? PatchSize { get; init; }

    /// <summary>Number of different tokens.</summary>
    /// <value>At least 1. Null for patches.</value>
    public int? VocabularySize { get; init; }

    /// <summary>Numbers per token, and channels of the local map.</summary>
    /// <value>A multiple of <see cref="HeadCount"/>; default 128.</value>
    public int Width { get; init; } = 128;

    /// <summary>Number of blocks.</summary>
    /// <value>At least 1; default 4.</value>
    public int BlockCount { get; init; } = 4;

    /// <summary>Attention heads of a block.</summary>
    /// <value>At least 1; default 4.</value>
    public int HeadCount { get; init; } = 4;

    /// <summary>Hidden units of a block's network.</summary>
    /// <value>At least 1; null (the default) for four times <see cref="Width"/>.</value>
    public int? HiddenUnits { get; init; }

    /// <summary>Units of a global vector.</summary>
    /// <value>At least 1; default 64, as in the paper.</value>
    public int GlobalUnits { get; init; } = 64;

    /// <summary>Whether positions are learned vectors instead of fixed sines and cosines (Vaswani et al., 2017).</summary>
    /// <value>
    /// Null (the default): learned if all sizes are known. Learned positions need known sizes; fixed ones need a <see cref="Width"/> that
    /// is a multiple of twice the number of spatial dimensions.
    /// </value>
    public bool? LearnedPositions { get; init; }

    /// <summary>Block whose output is the local map.</summary>
    /// <value>
    /// From 0 to <see cref="BlockCount"/>. Default 0: the stem, before positions and blocks, where a location sees only its own patch or
    /// token. From block 1 on, attention shows each location the whole input; then the local term is easy to satisfy and teaches little.
    /// </value>
    public int LocalBlock { get; init; }

    /// <summary>Whether a token attends only to itself and earlier tokens, and each position has its own global vector.</summary>
    /// <value>Default false: one global vector, from the mean over tokens.</value>
    public bool Causal { get; init; }

    /// <summary>Whether inputs are ids of tokens.</summary>
    internal bool IsTokens => VocabularySize is not null;

    /// <summary>Whether all sizes are known.</summary>
    internal bool HasSizes => InputShape.All(size => size > 0);

    /// <summary>Whether positions are learned.</summary>
    internal bool Learns => LearnedPositions ?? HasSizes;

    /// <summary>Number of spatial dimensions; 1 for tokens.</summary>
    internal int Dimensions => IsTokens ? 1 : InputShape.Count - 1;

    /// <summary>Sides of a patch, one for each dimension.</summary>
    internal long[] Patch =>
        PatchSize!.Count == 1 ? [.. Enumerable.Repeat((long)PatchSize[0], Dimensions)] : [.. PatchSize.Select(side => (long)side)];

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        $"{TensorGuard.Shape(InputShape)}, {(IsTokens ? $"{VocabularySize} tokens" : $"patches {string.Join("×", PatchSize ?? [])}")}, " +
            $"width {Width}, " +
        $"{BlockCount} blocks of {HeadCount} heads, {GlobalUnits} global units{(Causal ? ", causal" : string.Empty)}";

    /// <summary>Number of tokens in each dimension for the sizes of an input.</summary>
    internal long[] Grid(IReadOnlyList<long> shape) => IsTokens ? [shape[0]] : [.. shape.Skip(1).Zip(Patch, (size, side) => size / side)];

    /// <summary>Checks everything.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message lists every fault.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        void AtLeastOne(int value, string name)
        {
            if (value < 1)
            {
                faults.Add($"{name} must be at least 1, is {value}");
            }
        }

        AtLeastOne(Width, nameof(Width));
        AtLeastOne(BlockCount, nameof(BlockCount));
        AtLeastOne(HeadCount, nameof(HeadCount));
        AtLeastOne(HiddenUnits ?? 1, nameof(HiddenUnits));
        AtLeastOne(GlobalUnits, nameof(GlobalUnits));
        AtLeastOne(VocabularySize ?? 1, nameof(VocabularySize));
        if (HeadCount > 0 && Width % HeadCount != 0)
        {
            faults.Add($"{nameof(Width)} must be a multiple of {nameof(HeadCount)}, is {Width} for {HeadCount} heads");
        }

        if (LocalBlock < 0 || LocalBlock > BlockCount)
        {
            faults.Add($"{nameof(LocalBlock)} must be from 0 to {nameof(BlockCount)}, {BlockCount}, is {LocalBlock}");
        }

        if (VocabularySize is null == PatchSize is null)
        {
            faults.Add($"exactly one of {nameof(PatchSize)} and {nameof(VocabularySize)} must be set");
        }
        else if (CheckShape(faults))
        {
            CheckPositions(faults);
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException("The encoder cannot be built: " + string.Join("; ", faults) + ".", "options");
        }
    }

    private bool CheckShape(List<string> faults)
    {
        int before = faults.Count;
        (int low, int high) = IsTokens ? (1, 1) : (2, 4);
        if (InputShape is null || InputShape.Count < low || InputShape.Count > high || InputShape.Any(size => size is < 1 and not -1)
            || (!IsTokens && InputShape[0] < 1))
        {
            faults.Add(
                $"{nameof(InputShape)} must be {(IsTokens ? "[T]" : "[C, *spatial] with one to three spatial dimensions")}, sizes at " +
                $"least 1 or −1 for any, is [{string.Join(", ", InputShape ?? [])}]");
            return false;
        }

        if (IsTokens)
        {
            return true;
        }

        if (PatchSize!.Count != 1 && PatchSize.Count != Dimensions)
        {
            faults.Add($"{nameof(PatchSize)} must have one side, or one for each of {Dimensions} dimensions, has {PatchSize.Count}");
        }
        else if (PatchSize.Any(side => side < 1))
        {
            faults.Add($"{nameof(PatchSize)} must be at least 1, is [{string.Join(", ", PatchSize)}]");
        }
        else if (InputShape.Skip(1).Zip(Patch, (size, side) => size > 0 && size % side != 0).Any(uneven => uneven))
        {
            faults.Add(
                $"{nameof(PatchSize)} [{string.Join(", ", Patch)}] must divide the sizes of {nameof(InputShape)} " +
                $"[{string.Join(", ", InputShape)}]");
        }

        return faults.Count == before;
    }

    private void CheckPositions(List<string> faults)
    {
        if (LearnedPositions == true && !HasSizes)
        {
            faults.Add($"{nameof(LearnedPositions)} needs an {nameof(InputShape)} without −1");
        }

        if (!Learns && Width % (2 * Dimensions) != 0)
        {
            faults.Add($"{nameof(Width)} must be a multiple of {2 * Dimensions} for positions that are not learned, is {Width}");
        }
    }
}
