using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>Writes safetensors files.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc cref="SafetensorsFile.Write"/>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        foreach ((string name, Tensor tensor) in tensors)
        {
            Check(name, tensor);
        }

        // The widest dtypes first, so that every tensor is aligned to its dtype.
        KeyValuePair<string, Tensor>[] ordered =
            [.. tensors.OrderByDescending(t => SafetensorsTypes.SizeOf(t.Value.dtype)).ThenBy(t => t.Key, StringComparer.Ordinal)];
        byte[] header = Header(ordered, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach ((_, Tensor tensor) in ordered)
            {
                using var scope = NewDisposeScope();
                TensorBytes.InChunks(tensor.detach().cpu().contiguous(), (bytes, _) => stream.Write(bytes));
            }
        });
    }

    private static void Check(string name, Tensor tensor)
    {
        if (name.Length == 0 || name == SafetensorsHeader.MetadataName)
        {
            throw new ArgumentException(
                $"Expected a name that is neither empty nor {SafetensorsHeader.MetadataName}, got {SafetensorsHeader.Shown(name)}.",
                nameof(name));
        }

        CheckUnicode(name);
        TensorGuard.NotDisposed(tensor, name);
        if (SafetensorsTypes.NameOf(tensor.dtype) is null || tensor.is_sparse)
        {
            throw new ArgumentException(
                $"Expected a dense tensor whose dtype is one of {SafetensorsTypes.Names} for {SafetensorsHeader.Shown(name)}, got " +
                $"{TensorGuard.Describe(tensor)}.", nameof(tensor));
        }
    }

    /// <summary>JSON writers replace invalid Unicode, which would be read as another text.</summary>
    private static void CheckUnicode(string text)
    {
        try
        {
            _ = Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Expected valid Unicode, got {SafetensorsHeader.Shown(text)}.", nameof(text), e);
        }
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                WriteMetadata(json, metadata);
            }

            long at = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                long end = checked(at + (tensor.numel() * SafetensorsTypes.SizeOf(tensor.dtype)));
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.dtype));
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [at, end]);
                json.WriteEndObject();
                at = end;
            }

            json.WriteEndObject();
        }

        int length = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (length > SafetensorsHeader.MostBytes)
        {
            throw new ArgumentException(
                $"Expected names and metadata that fit in a header of {SafetensorsHeader.MostBytes} bytes, got {length}.", nameof(tensors));
        }

        byte[] header = new byte[SafetensorsHeader.Prefix + length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        buffer.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.Prefix));
        header.AsSpan(SafetensorsHeader.Prefix + buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach ((string key, string text) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            ArgumentNullException.ThrowIfNull(text, key);
            CheckUnicode(key);
            CheckUnicode(text);
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
