using System.Text;
using InfoMax.Weights;

namespace InfoMax.Reports.Foundation;

/// <summary>A text file that is there as a whole or not at all.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">The file cannot be written; what was there is as it was.</exception>
    public static void Write(string path, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target) ?? target);
        byte[] bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
        try
        {
            AtomicFile.Write(target, stream => stream.Write(bytes));
        }
        catch (CheckpointException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
