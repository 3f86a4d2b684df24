using InfoMax.Foundation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Optimization;

/// <summary>
/// Descends a loss step by step: owns the optimizer, follows the schedule, clips gradients, and never applies a step whose loss or gradient
/// it finds not
/// finite. Every training of this library goes through it.
/// </summary>
/// <remarks>On the CPU the numbers of each step are read; elsewhere, where reading waits for the device, those of every fiftieth, unless
/// asked for.</remarks>
internal sealed class Descent : IDisposable
{
    /// <summary>Names of the numbers that may be not finite.</summary>
    public const string Loss = "loss", GradientNorm = "gradient_norm";

    private const int LookEvery = 50;

    private readonly Parameter[] _parameters;
    private readonly double[] _rates;
    private readonly bool _onCpu;
    private readonly HeapGuard _heap = new();
    private double _factor = 1;

    /// <summary>Takes over an optimizer, which is disposed with this object.</summary>
    public Descent(optim.Optimizer optimizer, IEnumerable<Parameter> parameters)
    {
        (Optimizer, _parameters) = (optimizer, [.. parameters]);
        _rates = [.. optimizer.ParamGroups.Select(group => group.LearningRate)];
        _onCpu = _parameters.All(parameter => parameter.device_type == DeviceType.CPU);
        LearningRate = _rates[0];
    }

    public optim.Optimizer Optimizer { get; }

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Steps of the whole run, for the schedule.</summary>
    public long TotalSteps { get; init; } = long.MaxValue;

    /// <summary>Gradients with a larger norm are scaled down to it; null leaves them as they are.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>Whether the norm is computed at each step, also where nobody looks at it.</summary>
    public bool MeasuresNorm { get; init; }

    /// <summary>Copies what a step changes besides the parameters; put back if the step is left out.</summary>
    public Func<TensorCopies>? Snapshot { get; init; }

    /// <summary>Read before each step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Factor of the schedule.</summary>
    public double RateFactor { get; set; } = 1;

    /// <summary>Steps done, those left out among them.</summary>
    public long Position { get; set; }

    /// <summary>The first change of a learning rate by something else, such as a TorchSharp scheduler; null if there was none.</summary>
    public (double Expected, double Found)? RateChange { get; private set; }

    /// <summary>Learning rate of the last step, of the first group of parameters.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Adam with the usual decays of its moments, 0.9 and 0.999.</summary>
    public static optim.Optimizer Adam(IEnumerable<Parameter> parameters, double rate) =>
        optim.Adam(parameters, rate, beta1: 0.9, beta2: 0.999, eps: 1e-8);

    /// <summary>Does a step, inside the caller's dispose scope, or leaves it out if its numbers are not finite.</summary>
    /// <param name="loss">Computes the loss, a scalar; null leaves the step out.</param>
    /// <param name="backward">Adds the gradients of the loss to the parameters, which have none; null for <c>backward()</c>.</param>
    /// <param name="look">Whether to look at the numbers, which waits for the device.</param>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing has been done.</exception>
    public DescentStep Try(Func<Tensor?> loss, Action<Tensor>? backward = null, bool? look = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        _heap.Step();
        using TensorCopies? before = Snapshot?.Invoke();
        DescentStep step = Apply(loss, backward, look ?? (_onCpu || Position % LookEvery == LookEvery - 1));
        Position++;
        if (step.Fault is not null)
        {
            Optimizer.zero_grad();
            before?.Restore();
        }

        return step;
    }

    /// <summary>Does a step, inside the caller's dispose scope.</summary>
    /// <param name="loss">Computes the loss, a scalar.</param>
    /// <param name="backward">Adds the gradients of the loss to the parameters, which have none; null for <c>backward()</c>.</param>
    /// <returns>The loss, without its graph.</returns>
    /// <exception cref="InvalidOperationException">Loss or gradient are not finite. The step was not applied.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing has been done.</exception>
    public Tensor Step(Func<Tensor> loss, Action<Tensor>? backward = null)
    {
        DescentStep step = Try(loss, backward);
        return step.Fault is not { } fault ? step.Loss!
            : throw Diverged($"the {fault.Name.Replace('_', ' ')} of step {Position} is {fault.Value}");
    }

    /// <summary>Computes the gradients of a step, those of the step before being dropped.</summary>
    public void Gradients(Tensor loss, Action<Tensor>? backward = null)
    {
        Optimizer.zero_grad();
        if (backward is null)
        {
            loss.backward();
        }
        else
        {
            backward(loss);
        }
    }

    /// <summary>Looks at the weights after the last step.</summary>
    /// <exception cref="InvalidOperationException">They are not finite.</exception>
    public void CheckWeights()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (_parameters.Any(weight => !weight.isfinite().all().item<bool>()))
        {
            throw Diverged("weights became NaN or infinite");
        }
    }

    public void Dispose() => Optimizer.Dispose();

    private static InvalidOperationException Diverged(string what) =>
        new($"Training diverged: {what}. Check that the inputs are finite; a lower learning rate helps.");

    private static double Read(Tensor number) => number.detach().cpu().to(ScalarType.Float64).item<double>();

    private DescentStep Apply(Func<Tensor?> evaluate, Action<Tensor>? backward, bool look)
    {
        Tensor? loss;
        try
        {
            loss = evaluate();
        }
        catch (NonFiniteException)
        {
            // Scores look at what they are made of: the loss would not be finite either.
            loss = null;
        }

        double value = loss is null ? double.NaN : look ? Read(loss) : 0;
        if (loss is null || !double.IsFinite(value))
        {
            return new DescentStep(loss?.detach(), null, (Loss, value));
        }

        Gradients(loss, backward);
        Tensor[] gradients = [.. _parameters.Select(p => p.grad).OfType<Tensor>()];
        Tensor? norm = look || MeasuresNorm || MaxGradientNorm is not null ? Norm(gradients) : null;
        double? known = look ? Read(norm!) : null;
        if (known is { } length && !double.IsFinite(length))
        {
            return new DescentStep(loss.detach(), norm, (GradientNorm, length));
        }

        Clip(gradients, norm, known);
        SetRates(Schedule.Factor(Position, TotalSteps) * RateFactor);
        Optimizer.step();
        return new DescentStep(loss.detach(), norm, null);
    }

    private static Tensor Norm(Tensor[] gradients)
    {
        using var noGrad = no_grad();
        return gradients.Length == 0 ? zeros([]) : stack(gradients.Select(g => g.norm().to(ScalarType.Float64))).norm();
    }

    private void Clip(Tensor[] gradients, Tensor? norm, double? known)
    {
        if (MaxGradientNorm is not { } max || known + 1e-6 <= max)
        {
            return;
        }

        using var noGrad = no_grad();
        Tensor factor = (max / (norm! + 1e-6)).clamp_max(1.0);
        foreach (Tensor gradient in gradients)
        {
            gradient.mul_(factor.to(gradient.dtype));
        }
    }

    private void SetRates(double factor)
    {
        foreach ((int i, optim.ILearningRateController group) in Optimizer.ParamGroups.Index())
        {
            double expected = _rates[i] * _factor;
            RateChange ??= group.LearningRate == expected ? null : (expected, group.LearningRate);
            group.LearningRate = _rates[i] * factor;
        }

        (_factor, LearningRate) = (factor, _rates[0] * factor);
    }
}
