using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// One term of a loss on an encoder's output. Extension point: derive and override <see cref="Evaluate"/>.
/// </summary>
/// <remarks>
/// An objective owns its critics, discriminators and generators, never the encoder. Declare owned modules as fields with
/// <c>[ComponentName]</c> and call <c>RegisterComponents()</c> last in the constructor.
/// </remarks>
public abstract class Objective : nn.Module<EncoderOutput, ObjectiveResult>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">Name of the term in metrics and saved parameters, lower case, without dots.</param>
    protected Objective(string name)
        : this(name, ObjectiveNeeds.All)
    {
    }

    /// <summary>Creates the module of a term that reads less than everything that a trainer can provide.</summary>
    private protected Objective(string name, ObjectiveNeeds needs)
        : base(NativeBackend.Checked(name))
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (TermName, Needs) = (name, needs);
    }

    /// <summary>Name of the term in metrics and saved parameters.</summary>
    public string TermName { get; }

    /// <summary>What the term reads besides the encoder's output. A trainer provides nothing else.</summary>
    internal ObjectiveNeeds Needs { get; }

    /// <summary>Factor of the term in the total loss. <see cref="DimLoss"/> multiplies by it; <see cref="Evaluate"/> does not.</summary>
    /// <value>Finite, at least 0; default 1.</value>
    public double Weight
    {
        get;
        init
        {
            if (!double.IsFinite(value) || value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(Weight), value, "Expected a finite weight of at least 0.");
            }

            field = value;
        }
    } = 1.0;

    /// <summary>Evaluates the term. Use <c>call(output)</c>, which also runs hooks.</summary>
    /// <param name="output">The encoder's output on a batch.</param>
    /// <returns>The unweighted loss and its metrics; they belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">
    /// The output does not fit the objective, is on another device, or the batch has fewer examples than the objective needs.
    /// </exception>
    public sealed override ObjectiveResult forward(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        CheckDevice(output);
        using var scope = NewDisposeScope();
        return Evaluate(output).MoveToOuter(scope);
    }

    /// <summary>Tensors never cross devices silently. libtorch would throw too, but not name the tensor.</summary>
    private void CheckDevice(EncoderOutput output)
    {
        Tensor global = output.Global;
        if (parameters().FirstOrDefault() is { } own && (own.device_type != global.device_type || own.device_index != global.device_index))
        {
            throw new ArgumentException(
                $"Expected the encoder's output on {own.device}, where the objective \"{TermName}\" is, got " +
                $"{TensorGuard.Describe(global)}. Move the objective, or the loss that it is in, to the encoder's device with to(device).",
                nameof(output));
        }
    }

    /// <summary>Evaluates the term inside a dispose scope; tensors that are not part of the result are disposed.</summary>
    /// <param name="output">The encoder's output on a batch.</param>
    /// <returns>The result, made of tensors created by this call.</returns>
    protected abstract ObjectiveResult Evaluate(EncoderOutput output);
}
