using System.Security.Cryptography;
using System.Text;

namespace InfoMax.Datasets;

/// <summary>Files and folders that lie beside another until it is whole.</summary>
internal static class SideFile
{
    /// <summary>The most bytes of a name, in UTF-8, that file systems allow.</summary>
    public const int LongestName = 255;

    /// <summary>A path with a suffix. Where the name would be too long, a checksum of it takes its place.</summary>
    public static string Of(string path, string suffix)
    {
        byte[] name = Encoding.UTF8.GetBytes(Path.GetFileName(path));
        return name.Length + suffix.Length <= LongestName
            ? path + suffix
            : Path.Combine(Path.GetDirectoryName(path)!, Convert.ToHexStringLower(SHA256.HashData(name))[..32] + suffix);
    }
}
