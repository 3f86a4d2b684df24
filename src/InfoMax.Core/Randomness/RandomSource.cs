using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>
/// A generator as a part of a module, so that what is drawn goes on where it stopped when training resumes. Declare it as a field of your
/// module with <c>[ComponentName]</c>; it has no parameters and no buffers, so that saved
/// weights don't show it.
/// </summary>
public sealed class RandomSource : nn.Module, IExtraState
{
    private const string StateName = "generator";
    private const string Owner = "random source";
    private readonly RandomStream? _stream;
    private Generator? _generator;

    /// <summary>Creates the source.</summary>
    /// <param name="seed">The seed; null draws one from TorchSharp's global generator at the first use.</param>
    public RandomSource(int? seed = null)
        : this(RandomStream.Of(seed, Owner))
    {
    }

    /// <summary>Creates the source of a stream; null draws a seed from TorchSharp's global generator at the first use.</summary>
    internal RandomSource(RandomStream? stream)
        : base(NativeBackend.Checked(nameof(RandomSource))) => _stream = stream;

    /// <summary>The generator, on the CPU. Belongs to the source.</summary>
    /// <exception cref="ObjectDisposedException">The source has been disposed.</exception>
    public Generator Generator
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _generator ??= (_stream ?? RandomStream.OfSeedOrGlobal(null, Owner)).Generator();
        }
    }

    /// <summary>Whether the generator exists: without a seed, one is drawn from the global generator when it is made.</summary>
    internal bool IsUsed => _generator is not null;

    private bool IsDisposed { get; set; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> GetExtraState() => new Dictionary<string, Tensor> { [StateName] = Generator.get_state() };

    /// <inheritdoc/>
    public void SetExtraState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        GeneratorState.Set(Generator, state.GetValueOrDefault(StateName), nameof(state));
    }

    /// <summary>Forgets the generator, as if it had not been used.</summary>
    internal void Forget()
    {
        _generator?.Dispose();
        _generator = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            IsDisposed = true;
            _generator?.Dispose();
        }

        base.Dispose(disposing);
    }
}
