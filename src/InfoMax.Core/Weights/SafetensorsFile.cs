using InfoMax.Foundation;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>
/// A safetensors file open for reading: named tensors and metadata, in the format of Python's <c>safetensors</c>. Opening reads only the
/// header; tensors are read on demand.
/// </summary>
/// <remarks>
/// Files are untrusted. The header must be at most 100 MB and no longer than the file; names must be unique; dtypes, shapes and positions
/// must agree and cover the file to its end without a gap. Dtypes that TorchSharp or this reader lacks (8-bit floats, unsigned 16 to 64
/// bit, complex) are refused.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        long length = RandomAccess.GetLength(handle);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.Prefix];
        if (length < prefix.Length)
        {
            throw new CheckpointException(path, $"expected at least {prefix.Length} bytes, found {length}. The file is truncated.");
        }

        Fill(prefix, 0);
        RequireNoPointer(length);
        byte[] header = new byte[SafetensorsHeader.CheckLength(path, prefix, length)];
        Fill(header, prefix.Length);
        _dataStart = prefix.Length + header.Length;
        (_entries, Dictionary<string, string> metadata) = SafetensorsHeader.Parse(path, header, length - _dataStart);
        Tensors = _entries.ToDictionary(
            entry => entry.Key, entry => (entry.Value.DType, entry.Value.Shape), StringComparer.Ordinal).AsReadOnly();
        Metadata = metadata.AsReadOnly();
    }

    /// <summary>Dtypes and shapes of the file's tensors by name, in the order of the data. The shape of a scalar is empty.</summary>
    public IReadOnlyDictionary<string, (ScalarType DType, IReadOnlyList<long> Shape)> Tensors { get; }

    /// <summary>The file's metadata; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">
    /// The file is missing, unreadable, truncated, too long, damaged, of another format or has dtypes that cannot be read.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireFile(path);
        SafeFileHandle? handle = null;
        try
        {
            // A file may be replaced while it is read.
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var file = new SafetensorsFile(path, handle);
            handle = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>
    /// Writes tensors to a file. An old file is replaced when the new one is complete and on the disk.
    /// </summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">
    /// The tensors under their names, on any device, of any shape and strides; of dtype float64, float32, float16, bfloat16, int64, int32,
    /// int16, int8, uint8 or bool. May be empty.
    /// </param>
    /// <param name="metadata">Text to store beside them, null for none.</param>
    /// <exception cref="ArgumentException">
    /// A name is empty, "__metadata__" or invalid Unicode; a tensor is null, disposed or of another dtype; or the header would be longer
    /// than 100 MB.
    /// </exception>
    /// <exception cref="CheckpointException">The file cannot be written. An old file stays as it was.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        NativeBackend.EnsureLoadable();
        SafetensorsWriter.Write(path, tensors, metadata);
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">Its name, one of <see cref="Tensors"/>.</param>
    /// <returns>
    /// A new contiguous tensor on the CPU, of the file's dtype and shape; it belongs to the caller (or to the caller's dispose scope).
    /// </returns>
    /// <exception cref="ArgumentException">The file has no tensor of this name.</exception>
    /// <exception cref="CheckpointException">The file cannot be read, or a bool is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public Tensor Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (!_entries.TryGetValue(name, out SafetensorsEntry entry))
        {
            throw new ArgumentException($"Expected a name of a tensor in {_path}, got {SafetensorsHeader.Shown(name)}.", nameof(name));
        }

        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        Tensor tensor = empty([.. entry.Shape], entry.DType, device: CPU);
        try
        {
            TensorBytes.InChunks(tensor, (bytes, start) =>
            {
                Fill(bytes, _dataStart + entry.Begin + start);
                if (entry.DType == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                {
                    throw new CheckpointException(_path, $"expected 0 or 1 in {SafetensorsHeader.Shown(name)}, found another byte.");
                }
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(_path, e);
        }

        return scope.MoveToOuter(tensor);
    }

    /// <summary>Reads all tensors.</summary>
    /// <returns>
    /// New contiguous tensors on the CPU under their names; they belong to the caller (or to the caller's dispose scope).
    /// </returns>
    /// <exception cref="CheckpointException">The file cannot be read, or a bool is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public Dictionary<string, Tensor> LoadAll()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(Tensors.Count, StringComparer.Ordinal);
        foreach (string name in Tensors.Keys)
        {
            tensors.Add(name, Load(name));
        }

        foreach (Tensor tensor in tensors.Values)
        {
            scope.MoveToOuter(tensor);
        }

        return tensors;
    }

    /// <summary>Closes the file; tensors that were read stay valid.</summary>
    public void Dispose() => _handle.Dispose();

    private static void RequireFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CheckpointException(path, "expected a file, found a folder.");
        }

        if (!File.Exists(path))
        {
            throw new CheckpointException(path, "expected a file, found nothing there.");
        }

        try
        {
            // Pipes and devices have no length either; opening them could block.
            var file = new FileInfo(path);
            if ((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length == 0)
            {
                throw new CheckpointException(path, "expected a safetensors file, found an empty file.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private void RequireNoPointer(long length)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(PointerFile.Length, length)];
        Fill(start, 0);
        if (PointerFile.Kind(start) is { } pointer)
        {
            throw new CheckpointException(_path, $"expected a safetensors file, found {pointer}.");
        }
    }

    private static CheckpointException Unreadable(string path, Exception e) =>
        new(path, $"expected a readable file, and reading failed: {e.Message}", e);

    private void Fill(Span<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_handle, bytes, position);
            if (read == 0)
            {
                throw new CheckpointException(
                    _path, $"expected {bytes.Length} bytes at {position}, found the end. The file has been cut while it was open.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }
}
