using System.Globalization;

namespace InfoMax.Datasets;

/// <summary>How far a reader, a download or an unpacking has come.</summary>
public sealed class DatasetProgress
{
    private readonly bool _inBytes;

    private DatasetProgress(string activity, long done, long? total, bool inBytes) =>
        (Activity, Done, Total, _inBytes) = (activity, done, total, inBytes);

    /// <summary>
    /// What is being done: <c>reading</c>, or <c>transferring</c>, <c>checking</c> or <c>unpacking</c> and the name of a file.
    /// </summary>
    public string Activity { get; }

    /// <summary>
    /// How much is done, from 0 to <see cref="Total"/>: images while reading, skipped files included; bytes of the file otherwise.
    /// </summary>
    public long Done { get; }

    /// <summary>How much there is to do, at least 1; null if a server does not say how long a file is.</summary>
    public long? Total { get; }

    /// <summary>For instance <c>reading, 512 of 600</c> or <c>transferring stl10_binary.tar.gz, 120.5 of 2640.4 MB</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        $"{Activity}, {Number(Done)}{(Total is { } total ? $" of {Number(total)}" : string.Empty)}{(_inBytes ? " MB" : string.Empty)}";

    internal static DatasetProgress Reading(int done, int total) => new("reading", done, total, inBytes: false);

    internal static DatasetProgress Transferring(string file, long done, long? total) =>
        new($"transferring {file}", done, total, inBytes: true);

    internal static DatasetProgress Checking(string file, long done, long total) => new($"checking {file}", done, total, inBytes: true);

    internal static DatasetProgress Unpacking(string file, long done, long total) => new($"unpacking {file}", done, total, inBytes: true);

    private string Number(long value) => (_inBytes ? value / 1e6 : value).ToString(_inBytes ? "0.0" : "0", CultureInfo.InvariantCulture);
}
