using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace InfoMax.Core.Tests.Weights;

/// <summary>
/// A second implementation of the format, independent of the library: bytes of a header and of data, and a reader without tensors.
/// </summary>
internal static class MinimalSafetensors
{
    public static byte[] File(string header, byte[]? data = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data ?? []];
    }

    public static Dictionary<string, (string DType, long[] Shape, byte[] Data)> Parse(byte[] file)
    {
        int length = (int)BitConverter.ToInt64(file, 0);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        return header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").ToDictionary(p => p.Name, p =>
        {
            long[] offsets = [.. p.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64())];
            return (
                p.Value.GetProperty("dtype").GetString()!,
                p.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray(),
                file[(int)(8 + length + offsets[0])..(int)(8 + length + offsets[1])]);
        });
    }
}
