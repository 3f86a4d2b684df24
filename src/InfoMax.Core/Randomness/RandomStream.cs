using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>
/// A source of random numbers that is named by a path: the seed, the owner, and what the numbers are for. Streams of different paths are
/// unrelated,
/// and drawing more from one leaves the others as they are.
/// </summary>
/// <remarks>
/// The path is hashed name by name to 64 bits, so that ("a", "bc") and ("ab", "c") differ. libtorch's CPU generator and
/// <see cref="System.Random"/> take 32
/// and 31 of these bits. Each class that is given a seed names its streams after itself, so two classes may be given one seed.
/// </remarks>
internal readonly record struct RandomStream
{
    private RandomStream(ulong key) => Key = key;

    /// <summary>The hash of the path.</summary>
    internal ulong Key { get; }

    /// <summary>The stream of a seed and the class that was given it.</summary>
    public static RandomStream Of(int seed, string owner) => new RandomStream(Mix((uint)seed)).Of(owner);

    /// <summary>The stream of a seed and its owner; null without a seed.</summary>
    public static RandomStream? Of(int? seed, string owner) => seed is { } value ? Of(value, owner) : null;

    /// <summary>The stream of a seed, or without one, of a seed drawn from TorchSharp's global generator.</summary>
    public static RandomStream OfSeedOrGlobal(int? seed, string owner) => Of(seed ?? GlobalSeed(), owner);

    /// <summary>A seed drawn from TorchSharp's global generator, for objects that were given none.</summary>
    public static int GlobalSeed()
    {
        using var scope = NewDisposeScope();
        return (int)randint(0, int.MaxValue, [1]).item<long>();
    }

    /// <summary>The stream for one use within this one.</summary>
    public RandomStream Of(string name)
    {
        ulong key = Mix(Key ^ (ulong)name.Length);
        foreach (char letter in name)
        {
            key = Mix(key ^ letter);
        }

        return new RandomStream(key);
    }

    /// <summary>A generator of libtorch, on the CPU.</summary>
    public Generator Generator() => new(Key & long.MaxValue);

    /// <summary>A generator for one draw of many, such as one batch of a run.</summary>
    /// <remarks>Its 32-bit seed is a permutation of the draw's number that depends on the key: no two of the first 2³² draws share
    /// it.</remarks>
    public Generator Generator(long draw)
    {
        ulong key = Mix(Key + ((ulong)(draw >>> 32) * 0xD1B54A32D192ED03UL));
        return new Generator(Permute(Permute((uint)draw ^ (uint)key) + (uint)(key >> 32)));
    }

    /// <summary>A generator of .NET.</summary>
    public Random Random() => new(Seed());

    /// <summary>A generator of .NET for one draw of many.</summary>
    public Random Random(long draw) => new((int)(Mix(Key + Mix((ulong)draw)) >> 33));

    /// <summary>A seed of at least 0 for a part that takes one.</summary>
    public int Seed() => (int)(Key >> 33);

    /// <summary>One step of SplitMix64: neighboring states give unrelated numbers.</summary>
    private static ulong Mix(ulong state)
    {
        ulong z = state + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A permutation of 32 bits in which every bit of the result depends on every bit (the finish of MurmurHash3).</summary>
    private static uint Permute(uint bits)
    {
        bits = (bits ^ (bits >> 16)) * 0x85EBCA6BU;
        bits = (bits ^ (bits >> 13)) * 0xC2B2AE35U;
        return bits ^ (bits >> 16);
    }
}
