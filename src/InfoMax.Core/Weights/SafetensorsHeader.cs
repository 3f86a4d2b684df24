using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>Reads and checks the header of a safetensors file.</summary>
internal ref struct SafetensorsHeader
{
    /// <summary>Length of the number at the start of the file.</summary>
    public const int Prefix = 8;

    /// <summary>The longest header; the limit of the format's reference implementation.</summary>
    public const long MostBytes = 100_000_000;

    /// <summary>Name of the entry that is not a tensor.</summary>
    public const string MetadataName = "__metadata__";

    // The root, an entry, a shape.
    private const int Depth = 3;
    private const int MostDimensions = 64;
    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;

    private SafetensorsHeader(string path, ReadOnlySpan<byte> json)
    {
        _path = path;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
    }

    /// <summary>Length of the header, from the first bytes of the file.</summary>
    public static int CheckLength(string path, ReadOnlySpan<byte> prefix, long fileLength)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostBytes)
        {
            throw new CheckpointException(
                path,
                $"expected a safetensors file with a header of at most {MostBytes} bytes, found a file that says {length}. It is damaged " +
                $"or of another format.");
        }

        return length <= (ulong)(fileLength - Prefix)
            ? (int)length
            : throw new CheckpointException(
                path, $"expected a header of {length} bytes, found {fileLength - Prefix}. The file is truncated.");
    }

    /// <summary>Parses a header and checks that its tensors cover the data without a gap.</summary>
    public static (Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(
        string path, ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw new CheckpointException(
                path, "expected a header that begins with '{', found something else. The file is damaged or of another format.");
        }

        var header = new SafetensorsHeader(path, json);
        try
        {
            header.ReadRoot();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is thrown for strings of invalid Unicode.
            throw new CheckpointException(path, $"expected a header in JSON, found other text: {e.Message}", e);
        }

        return (header.Covering(dataLength), header._metadata);
    }

    /// <summary>A name for messages: on one line and not too long.</summary>
    public static string Shown(string name)
    {
        var text = new StringBuilder("\"");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, 120)))
        {
            _ = char.IsControl(c) || char.IsSurrogate(c) ? text.Append('?') : text.Append(c);
        }

        return text.Append(name.Length > 120 ? "…\"" : "\"").ToString();
    }

    private void ReadRoot()
    {
        bool hasMetadata = false;
        _json.Read();
        while (NextName() is { } name)
        {
            _json.Read();
            Refuse(
                _json.TokenType != JsonTokenType.StartObject, $"expected the entry {Shown(name)} to be an object, found {_json.TokenType}");
            if (name == MetadataName)
            {
                Refuse(hasMetadata, $"expected one {MetadataName}, found two");
                hasMetadata = true;
                ReadMetadata();
            }
            else
            {
                Refuse(name.Length == 0, $"expected every tensor to have a name, found an empty one");
                Refuse(!_entries.TryAdd(name, ReadEntry(name)), $"expected every name once, found {Shown(name)} twice");
            }
        }

        // Throws if anything but white space follows.
        _json.Read();
    }

    private void ReadMetadata()
    {
        while (NextName() is { } key)
        {
            _json.Read();
            Refuse(
                _json.TokenType != JsonTokenType.String, $"expected {MetadataName} {Shown(key)} to be a string, found {_json.TokenType}");
            Refuse(!_metadata.TryAdd(key, _json.GetString()!), $"expected every key of {MetadataName} once, found {Shown(key)} twice");
        }
    }

    private SafetensorsEntry ReadEntry(string name)
    {
        ScalarType? dtype = null;
        List<long>? shape = null, offsets = null;
        while (NextName() is { } field)
        {
            _json.Read();
            bool again = false;
            switch (field)
            {
                case "dtype":
                    again = dtype is not null;
                    Refuse(_json.TokenType != JsonTokenType.String,
                        $"expected the dtype of {Shown(name)} to be a string, found {_json.TokenType}");
                    string text = _json.GetString()!;
                    dtype = SafetensorsTypes.Find(text);
                    Refuse(dtype is null, $"expected a dtype of {SafetensorsTypes.Names} for {Shown(name)}, found {Shown(text)}");
                    break;
                case "shape":
                    again = shape is not null;
                    shape = ReadNumbers(field, name, MostDimensions);
                    break;
                case "data_offsets":
                    again = offsets is not null;
                    offsets = ReadNumbers(field, name, 2);
                    break;
                default:
                    Refuse(true, $"expected dtype, shape and data_offsets for {Shown(name)}, found {Shown(field)}");
                    break;
            }

            Refuse(again, $"expected one {field} for {Shown(name)}, found two");
        }

        if (dtype is not { } type || shape is null || offsets is not [var begin, var end])
        {
            throw new CheckpointException(_path, $"expected dtype, shape and two data_offsets for {Shown(name)}, found less.");
        }

        Refuse(begin > end, $"expected data_offsets of {Shown(name)} in order, found {begin} before {end}");
        long length = Length(shape, type, name);
        Refuse(length != end - begin,
            $"expected {length} bytes for {Shown(name)} ({type} of shape {TensorGuard.Shape(shape)}), found data_offsets of {end - begin}");
        return new SafetensorsEntry(type, shape.AsReadOnly(), begin, length);
    }

    private readonly long Length(List<long> shape, ScalarType type, string name)
    {
        // A size of zero must not hide others that overflow in libtorch.
        Int128 bytes = SafetensorsTypes.SizeOf(type);
        foreach (long size in shape)
        {
            bytes *= Math.Max(1, size);
            Refuse(bytes > long.MaxValue, $"expected a shape of {Shown(name)} that fits in memory, found {TensorGuard.Shape(shape)}");
        }

        return shape.Contains(0) ? 0 : (long)bytes;
    }

    private List<long> ReadNumbers(string field, string name, int most)
    {
        Refuse(
            _json.TokenType != JsonTokenType.StartArray, $"expected the {field} of {Shown(name)} to be an array, found {_json.TokenType}");
        var numbers = new List<long>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            Refuse(numbers.Count == most, $"expected the {field} of {Shown(name)} to have at most {most} numbers, found more");
            Refuse(
                _json.TokenType != JsonTokenType.Number, $"expected the {field} of {Shown(name)} to be numbers, found {_json.TokenType}");
            Refuse(!_json.TryGetInt64(out long number)
                || number < 0, $"expected the {field} of {Shown(name)} to be whole numbers from 0 to {long.MaxValue}, found another");
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The entries in the order of their data.</summary>
    private readonly Dictionary<string, SafetensorsEntry> Covering(long dataLength)
    {
        long at = 0;
        var ordered = new Dictionary<string, SafetensorsEntry>(_entries.Count, StringComparer.Ordinal);
        foreach ((string name, SafetensorsEntry entry) in _entries.OrderBy(e => e.Value.Begin).ThenBy(e => e.Value.Length))
        {
            Refuse(entry.Begin != at,
                $"expected the data of {Shown(name)} at {at}, where the tensor before it ends, found it at {entry.Begin}");
            Refuse(entry.Length > dataLength - at,
                $"expected {entry.Length} bytes for {Shown(name)}, found {dataLength - at} to the end. The file is truncated");
            at += entry.Length;
            ordered.Add(name, entry);
        }

        Refuse(at != dataLength, $"expected the end after {at} bytes of data, found {dataLength - at} more");
        return ordered;
    }

    private string? NextName() => _json.Read() && _json.TokenType == JsonTokenType.PropertyName ? _json.GetString() : null;

    private readonly void Refuse(
        [DoesNotReturnIf(true)] bool wrong, [InterpolatedStringHandlerArgument(nameof(wrong))] ref FaultText problem)
    {
        if (wrong)
        {
            throw new CheckpointException(_path, problem.ToStringAndClear() + ".");
        }
    }
}
