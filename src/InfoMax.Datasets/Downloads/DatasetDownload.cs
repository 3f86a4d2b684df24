using InfoMax.Weights;

namespace InfoMax.Datasets;

/// <summary>
/// Downloads data sets into a folder. Resumes after interruption, retries after failures of the network, and checks every checksum.
/// </summary>
/// <remarks>
/// <para>
/// A file in transfer has <c>.part</c> behind its name, also after a failure or a crash. The next call asks the server for the rest, or for
/// the whole file if the server cannot resume. The file gets its name when it is whole and has the right checksum. A file that exists
/// already is checked, and not downloaded again.
/// </para>
/// <para>Several threads may use one instance. Only one at a time may download a file.</para>
/// </remarks>
public sealed class DatasetDownload : IDisposable
{
    private readonly DownloadOptions _options;
    private readonly HttpClient _client;
    private readonly bool _owned;

    /// <summary>Creates a downloader.</summary>
    /// <param name="options">Where to keep data sets, and how long to try.</param>
    /// <param name="client">
    /// The client that sends requests. The caller disposes it; its timeout limits the wait for the first bytes. By default the downloader
    /// creates a client of its own, with the proxy settings of the system.
    /// </param>
    public DatasetDownload(DownloadOptions? options = null, HttpClient? client = null)
    {
        _options = options ?? new DownloadOptions();
        _owned = client is null;
        _client = client ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Downloads a data set, unless it is there already.</summary>
    /// <param name="dataset">The data set, for instance one of <see cref="KnownDatasets"/>.</param>
    /// <param name="progress">Receives a report every few megabytes, on any thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops. The received part of a file is kept.</param>
    /// <returns>The folder to give to the reader of the set.</returns>
    /// <remarks>
    /// The set gets a folder of its own, named by <see cref="KnownDataset.Id"/>. Of an archive, only the folder that the reader takes is
    /// kept. If that folder exists already, nothing is downloaded or checked.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The server refuses, fails again and again, sends too many bytes or a file with another checksum; an archive is refused; or the
    /// folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was canceled.</exception>
    public async Task<string> FetchAsync(
        KnownDataset dataset, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string folder = Path.Combine(_options.ResolvedFolder, dataset.Id);
        if (dataset.ArchiveFolder is null)
        {
            foreach (RemoteFile file in dataset.Files)
            {
                await FetchAsync(file, folder, progress, cancellationToken).ConfigureAwait(false);
            }

            return folder;
        }

        string result = Path.GetFullPath(Path.Combine(folder, dataset.ArchiveFolder.Length == 0 ? "files" : dataset.ArchiveFolder));
        if (!Directory.Exists(result))
        {
            string archive = await FetchAsync(dataset.Files[0], folder, progress, cancellationToken).ConfigureAwait(false);
            await Task.Run(() => Unpack(dataset, archive, result, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Downloads a file, unless it is there already.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder to save it in. It is created if need be.</param>
    /// <param name="progress">Receives a report every megabyte or so, on any thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops. The received part is kept.</param>
    /// <returns>The path of the file.</returns>
    /// <remarks>
    /// A file that exists is checked. A file with a wrong checksum, old or just downloaded, is renamed: it gets <c>.wrong</c> behind its
    /// name.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The server refuses, fails again and again, sends too many bytes or a file with another checksum; or the folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was canceled.</exception>
    public async Task<string> FetchAsync(
        RemoteFile file, string folder, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(Path.GetFullPath(folder), file.Name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path))
            {
                if (await Mismatch(file, path, progress, cancellationToken).ConfigureAwait(false) is null)
                {
                    return path;
                }

                File.Move(path, SideFile.Of(path, ".wrong"), overwrite: true);
            }

            await Transfer(file, path, progress, cancellationToken).ConfigureAwait(false);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"expected a file that can be written, and writing failed: {e.Message}", e);
        }
    }

    /// <summary>Disposes the client, if the downloader created it.</summary>
    public void Dispose()
    {
        if (_owned)
        {
            _client.Dispose();
        }
    }

    private async Task Transfer(RemoteFile file, string path, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        string part = SideFile.Of(path, ".part"), wrong = SideFile.Of(path, ".wrong");
        var transfer = new FileTransfer(_client, file, part, _options.StallTimeout, progress);
        long furthest = transfer.Length;
        for (int failures = 0; ;)
        {
            TransferFault fault;
            try
            {
                await transfer.RunAsync(cancellationToken).ConfigureAwait(false);
                if (await Mismatch(file, part, progress, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    File.Move(part, path, overwrite: true);
                    return;
                }

                string problem = $"expected {file.Checksum}, found {found} in {transfer.Length} bytes";
                if (!transfer.Pieced)
                {
                    File.Move(part, wrong, overwrite: true);
                    throw new DatasetException(
                        file.Address.AbsoluteUri,
                        $"{problem}, which begin with {Start(wrong)}. They are kept as {Path.GetFileName(wrong)}.");
                }

                transfer.Discard();
                fault = new TransferFault(problem + ", in several pieces");
            }
            catch (TransferFault e)
            {
                fault = e;
            }

            failures = transfer.Length > furthest ? 1 : failures + 1;
            furthest = Math.Max(furthest, transfer.Length);
            if (failures >= _options.MaxAttempts)
            {
                throw new DatasetException(
                    file.Address.AbsoluteUri,
                    $"expected the file {file.Name}, and {_options.MaxAttempts} attempts in a row failed. The last: {fault.Message}. " +
                        $"{transfer.Length} bytes are kept for the next call.",
                    fault);
            }

            await Task.Delay(Delay(failures, fault.Wait), cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Delay(int failures, TimeSpan? asked)
    {
        TimeSpan doubled = _options.FirstDelay * Math.Pow(2, Math.Min(failures - 1, 30));
        TimeSpan wanted = asked > doubled ? asked.Value : doubled;
        return wanted < _options.MaxDelay ? wanted : _options.MaxDelay;
    }

    /// <summary>The checksum of a file, if it is not the right one; null if it is, or if none is known.</summary>
    private static async Task<string?> Mismatch(
        RemoteFile file, string path, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        if (file.Checksum is null)
        {
            return null;
        }

        long length = new FileInfo(path).Length;
        long reported = 0;
        string found = await file.Checksum.HexOfAsync(
            path,
            done =>
            {
                if (done == length || done - reported >= 1 << 24)
                {
                    reported = done;
                    progress?.Report(DatasetProgress.Checking(file.Name, done, length));
                }
            },
            cancellationToken).ConfigureAwait(false);
        return found == file.Checksum.Hex ? null : found;
    }

    private static string Start(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[PointerFile.Length];
        return DatasetFile.Kind(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
    }

    /// <summary>Unpacks beside the result. The result appears under its name when everything is unpacked.</summary>
    private void Unpack(
        KnownDataset dataset, string archive, string result, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        string beside = Path.Combine(Path.GetDirectoryName(archive)!, "unpacking");
        try
        {
            Delete(beside);
            DatasetArchive.Extract(archive, beside, _options.MaxUnpackedBytes, _options.MaxUnpackedEntries, progress, cancellationToken);
            string wanted = Path.Combine(beside, dataset.ArchiveFolder!);
            if (!Directory.Exists(wanted))
            {
                Delete(beside);
                throw new DatasetException(archive, $"expected a folder {dataset.ArchiveFolder} in the archive, found none.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(result)!);
            Directory.Move(Path.TrimEndingDirectorySeparator(wanted), result);
            Delete(beside);
            if (!_options.KeepArchives)
            {
                File.Delete(archive);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(result, $"expected a folder that can be written, and writing failed: {e.Message}", e);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
