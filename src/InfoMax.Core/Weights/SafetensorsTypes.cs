using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>The format's names of the dtypes that TorchSharp has.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, ScalarType Type, int Size)[] All =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    /// <summary>The dtype with this name, or null.</summary>
    public static ScalarType? Find(string name) =>
        Array.Find(All, type => type.Name == name) is { Name: not null } found ? found.Type : null;

    /// <summary>The name of a dtype, or null if files cannot hold it.</summary>
    public static string? NameOf(ScalarType dtype) => Array.Find(All, type => type.Type == dtype).Name;

    /// <summary>Bytes of one number of a dtype with a name.</summary>
    public static int SizeOf(ScalarType dtype) => Array.Find(All, type => type.Type == dtype).Size;
}
