using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Exchange;

/// <summary>States of generators, checked before libtorch sees them.</summary>
internal static class GeneratorState
{
    /// <summary>Puts a generator into a state.</summary>
    /// <exception cref="ArgumentException">The state is null or cannot be one of the generator's. It is as it was.</exception>
    public static void Set(Generator generator, Tensor? state, string argument)
    {
        using var scope = NewDisposeScope();
        Tensor old = generator.get_state();
        if (state is null || state.dtype != ScalarType.Byte || !state.shape.SequenceEqual(old.shape))
        {
            throw new ArgumentException(
                $"Expected the state of a generator, uint8 {TensorGuard.Shape(old.shape)}, got {(state is null ? "none" : TensorGuard.Describe(state))}.", argument);
        }

        try
        {
            generator.set_state(state.cpu().contiguous());
        }
        catch (System.Runtime.InteropServices.ExternalException e)
        {
            generator.set_state(old);
            throw new ArgumentException($"Expected the state of a generator, got bytes that libtorch refuses: {e.Message}", argument, e);
        }
    }
}
