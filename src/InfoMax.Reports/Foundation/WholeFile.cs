using System.Text;

namespace InfoMax.Reports.Foundation;

/// <summary>A file that is there as a whole or not at all.</summary>
internal static class WholeFile
{
    public static void Write(string path, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target) ?? target);
        string draft = target + "." + Path.GetRandomFileName();
        try
        {
            File.WriteAllText(draft, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
