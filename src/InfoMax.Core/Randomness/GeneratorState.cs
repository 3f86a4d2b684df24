using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>States of generators, checked before libtorch sees them.</summary>
/// <remarks>
/// libtorch ends the process over a state of a CPU generator that it finds invalid (the exception does not cross into .NET), and reads past
/// the end of another. Its layout: a 64-bit seed, two 32-bit numbers (how many of the 624
/// words of the Mersenne twister are left, counted one too high, and whether it has been seeded), the place of the next word and the 624
/// words in 64 bits each; then what is kept of a pair of normal numbers: three doubles and a 32-bit flag,
/// and a float and a flag of one byte. States of another size, as of GPUs, are not looked into.
/// </remarks>
internal static class GeneratorState
{
    private const int Words = 624;
    private const int Size = 5056;
    private const int Left = 8;
    private const int Seeded = 12;
    private const int Next = 16;
    private const int HasNormal = 5040;
    private const int HasFloatNormal = 5052;

    /// <summary>Puts a generator into a state.</summary>
    /// <exception cref="ArgumentException">The state is null or cannot be one of the generator's. It is as it was.</exception>
    public static void Set(Generator generator, Tensor? state, string argument)
    {
        using var scope = NewDisposeScope();
        Tensor old = generator.get_state();
        if (state is null || state.dtype != ScalarType.Byte || !state.shape.SequenceEqual(old.shape))
        {
            throw new ArgumentException(
                $"Expected the state of a generator, uint8 {TensorGuard.Shape(old.shape)}, got " +
                    $"{(state is null ? "none" : TensorGuard.Describe(state))}.", argument);
        }

        Tensor own = state.cpu().contiguous();
        if (own.shape[0] == Size && Fault([.. own.data<byte>()]) is { } fault)
        {
            throw new ArgumentException($"Expected the state of a generator, got bytes that cannot be one: {fault}.", argument);
        }

        try
        {
            generator.set_state(own);
        }
        catch (System.Runtime.InteropServices.ExternalException e)
        {
            generator.set_state(old);
            throw new ArgumentException($"Expected the state of a generator, got bytes that libtorch refuses: {e.Message}", argument, e);
        }
    }

    /// <summary>What is wrong with a state of a CPU generator; null if libtorch can take it.</summary>
    private static string? Fault(byte[] state)
    {
        int left = BitConverter.ToInt32(state, Left), seeded = BitConverter.ToInt32(state, Seeded);
        ulong next = BitConverter.ToUInt64(state, Next);
        return left is < 1 or > Words ? $"{left} words left of {Words}"
            : next > Words || (int)next + left > Words + 1 ? $"word {next} next, and {left} left of {Words}"
            : seeded != 1 ? $"{seeded} for whether it has been seeded"
            : BitConverter.ToInt32(state, HasNormal) is not (0 or 1) || state[HasFloatNormal] > 1 ? "a flag that is neither 0 nor 1"
            : null;
    }
}
