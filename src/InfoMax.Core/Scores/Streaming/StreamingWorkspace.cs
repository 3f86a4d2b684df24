using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// A buffer for scores that is kept between evaluations, so that its pages are not faulted in each time. For one evaluation at a time.
/// </summary>
internal sealed class StreamingWorkspace : IDisposable
{
    private Tensor? _buffer;

    /// <summary>At least this many numbers, uninitialized; the workspace keeps them.</summary>
    public Tensor Take(long count, ScalarType dtype, Device device)
    {
        if (_buffer is { } kept && kept.dtype == dtype && kept.numel() >= count
            && kept.device_type == device.type && kept.device_index == device.index)
        {
            return kept;
        }

        _buffer?.Dispose();
        return _buffer = empty(count, dtype: dtype, device: device).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
