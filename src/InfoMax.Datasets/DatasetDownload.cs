using InfoMax.Weights;

namespace InfoMax.Datasets;

/// <summary>
/// Downloads data sets into a folder: goes on where it was interrupted, tries again where the network fails, and lets nothing through whose
/// checksum is not the published one.
/// </summary>
/// <remarks>
/// <para>
/// What has come lies in a file with <c>.part</c> behind its name, also after a failure or a crash, and the next call asks for the rest. A server
/// that cannot do that sends all of it anew. The file gets its name only once it is whole and its checksum fits. Nothing is downloaded that is
/// there already.
/// </para>
/// <para>An instance can be used from several threads, but a file should be downloaded by one at a time.</para>
/// </remarks>
public sealed class DatasetDownload : IDisposable
{
    private readonly HttpClient _client;
    private readonly bool _owned;

    /// <summary>Creates a downloader.</summary>
    /// <param name="options">Where to keep files, and how patient to be.</param>
    /// <param name="client">
    /// What to ask with; it stays the caller's, and its timeout holds for the answer to begin. By default one of its own, with the settings of the
    /// system for proxies.
    /// </param>
    public DatasetDownload(DownloadOptions? options = null, HttpClient? client = null)
    {
        Options = options ?? new DownloadOptions();
        _owned = client is null;
        _client = client ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Where files are kept, and how patient the downloader is.</summary>
    public DownloadOptions Options { get; }

    /// <summary>Makes sure that a data set is there, and says where.</summary>
    /// <param name="dataset">The data set, for instance one of <see cref="KnownDatasets"/>.</param>
    /// <param name="progress">Told every few megabytes, on any thread.</param>
    /// <param name="cancellation">Stops; what has come of a file is kept.</param>
    /// <returns>The folder that the reader of the set takes.</returns>
    /// <remarks>
    /// Files go to the folder of the options and there to <see cref="KnownDataset.Id"/>; of an archive, the folder that is wanted is unpacked to there
    /// and the rest is not kept. If that folder is there already, by this method or by hand, nothing is done and nothing is checked.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The server refuses, fails again and again, or sends too much or something else than what is wanted; an archive is refused; or the folder
    /// cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was canceled.</exception>
    public async Task<string> FetchAsync(KnownDataset dataset, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string folder = Path.Combine(Options.ResolvedFolder, dataset.Id);
        if (dataset.ArchiveFolder is null)
        {
            foreach (RemoteFile file in dataset.Files)
            {
                await FetchAsync(file, folder, progress, cancellation).ConfigureAwait(false);
            }

            return folder;
        }

        string result = Path.GetFullPath(Path.Combine(folder, dataset.ArchiveFolder.Length == 0 ? "files" : dataset.ArchiveFolder));
        if (!Directory.Exists(result))
        {
            string archive = await FetchAsync(dataset.Files[0], folder, progress, cancellation).ConfigureAwait(false);
            await Task.Run(() => Unpack(dataset, archive, result, progress, cancellation), cancellation).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Makes sure that a file is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder to keep it in, which is made if need be.</param>
    /// <param name="progress">Told every megabyte or so, on any thread.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <returns>The path of the file.</returns>
    /// <remarks>
    /// A file that is there is checked. One with a wrong checksum, there before or just downloaded, is kept aside with <c>.wrong</c> behind its name.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The server refuses, fails again and again, or sends too much or something else than what is wanted; or the folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was canceled.</exception>
    public async Task<string> FetchAsync(RemoteFile file, string folder, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(Path.GetFullPath(folder), file.Name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path))
            {
                if (await Mismatch(file, path, progress, cancellation).ConfigureAwait(false) is null)
                {
                    return path;
                }

                File.Move(path, SideFile.Of(path, ".wrong"), overwrite: true);
            }

            await Transfer(file, path, progress, cancellation).ConfigureAwait(false);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"expected a file that can be written, and writing failed: {e.Message}", e);
        }
    }

    /// <summary>Releases the client, if it is the downloader's own.</summary>
    public void Dispose()
    {
        if (_owned)
        {
            _client.Dispose();
        }
    }

    private async Task Transfer(RemoteFile file, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string part = SideFile.Of(path, ".part"), wrong = SideFile.Of(path, ".wrong");
        var transfer = new FileTransfer(_client, file, part, Options.StallTimeout, progress);
        long furthest = transfer.Length;
        for (int failures = 0; ;)
        {
            TransferFault fault;
            try
            {
                await transfer.RunAsync(cancellation).ConfigureAwait(false);
                if (await Mismatch(file, part, progress, cancellation).ConfigureAwait(false) is not FileChecksum found)
                {
                    File.Move(part, path, overwrite: true);
                    return;
                }

                string problem = $"expected {file.Checksum}, found {found.Hex} in {transfer.Length} bytes";
                if (!transfer.Pieced)
                {
                    File.Move(part, wrong, overwrite: true);
                    throw new DatasetException(
                        file.Address.AbsoluteUri, $"{problem}, which begin with {Start(wrong)}. They are kept as {Path.GetFileName(wrong)}.");
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
            if (failures >= Options.Attempts)
            {
                throw new DatasetException(
                    file.Address.AbsoluteUri, $"expected the file {file.Name}, and {Options.Attempts} attempts in a row failed. The last: {fault.Message}. {transfer.Length} bytes are kept for the next call.", fault);
            }

            await Task.Delay(Delay(failures, fault.Wait), cancellation).ConfigureAwait(false);
        }
    }

    private TimeSpan Delay(int failures, TimeSpan? asked)
    {
        TimeSpan doubled = Options.FirstDelay * Math.Pow(2, Math.Min(failures - 1, 30));
        TimeSpan wanted = asked > doubled ? asked.Value : doubled;
        return wanted < Options.LongestDelay ? wanted : Options.LongestDelay;
    }

    /// <summary>The checksum of a file if it is not the one it must have; null if it is, or if none is known.</summary>
    private static async Task<FileChecksum?> Mismatch(RemoteFile file, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (file.Checksum is null)
        {
            return null;
        }

        long length = new FileInfo(path).Length;
        long reported = 0;
        FileChecksum found = await file.Checksum.OfAsync(
            path,
            done =>
            {
                if (done == length || done - reported >= 1 << 24)
                {
                    reported = done;
                    progress?.Report(new DownloadProgress(file.Name, DownloadStage.Checking, done, length));
                }
            },
            cancellation).ConfigureAwait(false);
        return found == file.Checksum ? null : found;
    }

    private static string Start(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[PointerFile.Length];
        return DatasetFile.Kind(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
    }

    /// <summary>Unpacks beside the result, which is there only once all of it is.</summary>
    private void Unpack(KnownDataset dataset, string archive, string result, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string beside = Path.Combine(Path.GetDirectoryName(archive)!, "unpacking");
        try
        {
            Delete(beside);
            DatasetArchive.Extract(archive, beside, Options.ArchiveLimits, progress, cancellation);
            string wanted = Path.Combine(beside, dataset.ArchiveFolder!);
            if (!Directory.Exists(wanted))
            {
                Delete(beside);
                throw new DatasetException(archive, $"expected a folder {dataset.ArchiveFolder} in the archive, found none.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(result)!);
            Directory.Move(Path.TrimEndingDirectorySeparator(wanted), result);
            Delete(beside);
            if (!Options.KeepArchives)
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
