using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// A pair of random vectors X and Y whose mutual information is known, to test estimators on samples of it.
/// To add a task, derive a class that implements <see cref="Draw"/>.
/// </summary>
/// <remarks>Tasks are stateless and immutable; randomness comes from the generator of the caller.</remarks>
public abstract partial class MutualInformationTask
{
    /// <summary>Describes the pair.</summary>
    /// <param name="name">Name for reports: lower-case letters, digits, dots and dashes.</param>
    /// <param name="xDimensions">Dimensions of X, 1 or more.</param>
    /// <param name="yDimensions">Dimensions of Y, 1 or more.</param>
    /// <param name="trueValue">The mutual information of X and Y in nats, 0 or more.</param>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one dimension, or a true value that is negative or not finite.</exception>
    protected MutualInformationTask(string name, int xDimensions, int yDimensions, double trueValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
        {
            throw new ArgumentException($"Expected lower-case letters, digits, dots and dashes, got \"{name}\".", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(xDimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(yDimensions, 1);
        if (!double.IsFinite(trueValue) || trueValue < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(trueValue), trueValue, "Expected a finite number of nats, 0 or more.");
        }

        Name = name;
        XDimensions = xDimensions;
        YDimensions = yDimensions;
        TrueValue = trueValue;
    }

    /// <summary>Name for reports, in lower case with dashes, such as "gaussian-20d-4nats".</summary>
    public string Name { get; }

    /// <summary>Dimensions of X.</summary>
    public int XDimensions { get; }

    /// <summary>Dimensions of Y.</summary>
    public int YDimensions { get; }

    /// <summary>The mutual information of X and Y in nats.</summary>
    public double TrueValue { get; }

    /// <summary>Draws independent pairs. A generator in the same state gives the same pairs.</summary>
    /// <param name="count">Number of pairs, 1 or more.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>New pairs in float32 on the CPU; the caller disposes them.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="generator"/> is not a CPU generator.</exception>
    /// <exception cref="InvalidOperationException">The task drew tensors of another shape than it promised.</exception>
    public SamplePairs Sample(long count, Generator generator)
    {
        NativeBackend.EnsureLoadable();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = DrawFrom(this, count, generator);
        return new SamplePairs(
            x.to(ScalarType.Float32, CPU, copy: true).contiguous(), y.to(ScalarType.Float32, CPU, copy: true).contiguous());
    }

    /// <summary>Draws pairs. Arguments have been checked, a dispose scope is open, and gradients are off.</summary>
    /// <param name="count">Number of pairs, 1 or more.</param>
    /// <param name="generator">The only source of randomness to use, a CPU generator.</param>
    /// <returns>
    /// Floating-point tensors <c>[count, XDimensions]</c> and <c>[count, YDimensions]</c>, best float64; they are copied.
    /// </returns>
    protected abstract (Tensor X, Tensor Y) Draw(long count, Generator generator);

    /// <summary>Draws pairs of another task before they are rounded to float32: for tasks that build on a task.</summary>
    /// <param name="task">The task to draw from.</param>
    /// <param name="count">Number of pairs, 1 or more.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>What the task drew, in its own dtype; tensors of the dispose scope of the caller.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="generator"/> is not a CPU generator.</exception>
    /// <exception cref="InvalidOperationException">The task drew tensors of another shape than it promised.</exception>
    protected static (Tensor X, Tensor Y) DrawFrom(MutualInformationTask task, long count, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(generator);
        if (generator.device.type != DeviceType.CPU)
        {
            throw new ArgumentException($"Expected a CPU generator, got one on {generator.device}.", nameof(generator));
        }

        (Tensor x, Tensor y) = task.Draw(count, generator);
        task.CheckDrawn(x, count, task.XDimensions, "X");
        task.CheckDrawn(y, count, task.YDimensions, "Y");
        return (x, y);
    }

    private void CheckDrawn(Tensor? drawn, long count, int dimensions, string side)
    {
        if (drawn is null || drawn.IsInvalid || !drawn.is_floating_point()
            || drawn.dim() != 2 || drawn.shape[0] != count || drawn.shape[1] != dimensions)
        {
            string got = drawn is null ? "null" : drawn.IsInvalid ? "a disposed tensor" : TensorGuard.Describe(drawn);
            throw new InvalidOperationException(
                $"Task \"{Name}\" was to draw {side} as a floating-point tensor {TensorGuard.Shape([count, dimensions])}, and drew {got}.");
        }
    }
}
