using System.Globalization;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Argument checks for tensors: they read metadata only, and say what was expected and what came.</summary>
internal static class TensorGuard
{
    /// <summary>Shape, dtype and device of a tensor, as the checks print it.</summary>
    public static string Describe(Tensor tensor) =>
        $"shape {Shape(tensor.shape)}, dtype {tensor.dtype}, device {tensor.device}";

    /// <summary>A shape in brackets, -1 printed as '*'.</summary>
    public static string Shape(IEnumerable<long> shape) =>
        "[" + string.Join(", ", shape.Select(d => d < 0 ? "*" : d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>Throws unless the tensor exists and has not been disposed.</summary>
    public static Tensor NotDisposed([System.Diagnostics.CodeAnalysis.NotNull] Tensor? tensor,
        [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
        {
            throw new ArgumentException("The tensor has been disposed.", name);
        }

        return tensor;
    }

    /// <summary>Throws unless the tensor is floating point (float16, bfloat16, float32 or float64).</summary>
    public static void FloatingPoint(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (!tensor.is_floating_point())
        {
            throw new ArgumentException($"Expected a floating-point tensor, got {Describe(tensor)}.", name);
        }
    }

    /// <summary>Throws unless the tensor is float32 or float64, in which sums of exponentials keep their precision.</summary>
    public static void SingleOrDouble(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        FloatingPoint(tensor, name);
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"Expected a float32 or float64 tensor, got {Describe(tensor)}; convert it first.", name);
        }
    }

    /// <summary>Throws unless the tensor has the given shape; -1 stands for any size.</summary>
    public static void HasShape(Tensor tensor, ReadOnlySpan<long> expected, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        long[] shape = tensor.shape;
        bool same = shape.Length == expected.Length;
        for (int d = 0; same && d < shape.Length; d++)
        {
            same = expected[d] < 0 || expected[d] == shape[d];
        }

        if (!same)
        {
            throw new ArgumentException($"Expected shape {Shape(expected.ToArray())}, got {Describe(tensor)}.", name);
        }
    }

    /// <summary>Throws unless both tensors are on the same device and of the same dtype.</summary>
    public static void SameKind(Tensor tensor, Tensor other, string name, string otherName)
    {
        if (tensor.device_type != other.device_type || tensor.device_index != other.device_index || tensor.dtype != other.dtype)
        {
            throw new ArgumentException(
                $"Expected the dtype and device of {otherName} ({other.dtype}, {other.device}), got {Describe(tensor)}.", name);
        }
    }

    /// <summary>
    /// Throws if a tensor holds NaN or an infinity. One read of the values and, off the CPU, one synchronization:
    /// for boundaries where data enters, not for every step.
    /// </summary>
    public static void Finite(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (!tensor.is_floating_point() || tensor.numel() == 0)
        {
            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // A finite sum proves that every value is finite; a sum can also overflow, so a bad one is looked into.
        if (double.IsFinite(tensor.sum().to(ScalarType.Float64).item<double>()))
        {
            return;
        }

        long bad = tensor.numel() - tensor.isfinite().sum().item<long>();
        if (bad > 0)
        {
            throw new NonFiniteException(
                $"Expected finite values, got {bad} of {tensor.numel()} that are NaN or infinite ({Describe(tensor)}).", name);
        }
    }
}
