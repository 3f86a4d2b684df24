using System.Runtime.InteropServices;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests;

public sealed class NativeLibraryLoadTests : IDisposable
{
    private const string Wall =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. \n"
        + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
        + "/nowhere/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n"
        + "/app/libLibTorchSharp: cannot open shared object file: No such file or directory\n";

    private readonly NativeLibraryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_libraries_of_these_tests_load()
    {
        NativeBackend.EnsureLoadable();
        NativeBackend.Checked("name").Should().Be("name");
        using Tensor one = ones(1);
        one.item<float>().Should().Be(1f);
    }

    [Fact]
    public void On_an_old_system_the_shipped_library_fails_with_the_cause_and_the_remedies()
    {
        if (!NativeLibraryFiles.SystemIsTooOld)
        {
            return; // The library loads as it is shipped: there is nothing to explain.
        }

        NativeBackend.EnsureLoadable(); // What the library links must be found, so that only the version is wrong.
        Action load = () => NativeLibrary.Load(_files.Library);
        string message = load.Should().Throw<DllNotFoundException>().Which.Message;

        DllNotFoundException? explanation = NativeLoadFailure.Explain(message);

        explanation.Should().NotBeNull();
        explanation!.Message.Should()
            .Contain(_files.Library).And.Contain("GLIBCXX_3.4.32").And.MatchRegex("has no version above GLIBCXX_3\\.4\\.\\d+\\.")
            .And.Contain("<InfoMaxRepairTorchSharp>true</InfoMaxRepairTorchSharp>").And.Contain("docs/internals/native-libraries.md");
    }

    [Fact]
    public void On_an_old_system_the_repaired_library_loads()
    {
        if (!NativeLibraryFiles.SystemIsTooOld)
        {
            return; // The library loads as it is shipped, and TorchSharp has loaded it: a second copy would prove nothing.
        }

        NativeBackend.EnsureLoadable();
        TorchSharpElf.MarkInPlace(_files.Library).Should().BeTrue();

        NativeLibrary.TryLoad(_files.Library, out nint handle).Should().BeTrue();
        NativeLibrary.TryGetExport(handle, "THSTorch_get_and_reset_last_err", out _).Should().BeTrue();
    }

    [Fact]
    public void The_explanation_names_library_version_system_and_remedies()
    {
        DllNotFoundException explanation = NativeLoadFailure.Explain(Wall)!;

        explanation.Message.Should()
            .StartWith("TorchSharp's native libraries cannot be loaded: /app/libLibTorchSharp.so needs GLIBCXX_3.4.32, and " +
            "/nowhere/libstdc++.so.6 on this system does not have it.")
            .And.Contain("InfoMaxRepairTorchSharp").And.Contain("Ubuntu 24.04").And.Contain("docs/internals/native-libraries.md");
        explanation.InnerException!.Message.Should().Contain("version `GLIBCXX_3.4.32' not found");
    }

    [Theory]
    [InlineData("/lib64/libm.so.6: version `GLIBC_2.29' not found (required by /app/libtorch_cpu.so)", "GLIBC_2.29")]
    [InlineData("/lib64/libstdc++.so.6: version `GLIBCXX_3.4.26' not found (required by /app/libtorch_cpu.so)", "GLIBCXX_3.4.26")]
    public void Another_version_is_explained_without_the_remedy_that_would_not_help(string message, string version)
    {
        DllNotFoundException explanation = NativeLoadFailure.Explain(message)!;

        explanation.Message.Should()
            .Contain("/app/libtorch_cpu.so needs " + version).And.Contain("newer system").And.NotContain("InfoMaxRepairTorchSharp");
    }

    [Theory]
    [InlineData("")]
    [InlineData("libtorch.so: cannot open shared object file: No such file or directory")]
    [InlineData("Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found. (0x8007007E)")]
    public void Other_failures_are_not_explained(string message) => NativeLoadFailure.Explain(message).Should().BeNull();

    [Fact]
    public void A_missing_libtorch_is_said_to_be_missing_with_the_packages_that_bring_it() =>
        NativeLoadFailure.Missing().Message.Should().Contain("TorchSharp-cpu").And.Contain("libtorch-cpu-").And
            .Contain("TorchSharp-cuda-linux").And.Contain("docs/internals/native-libraries.md");

    [Fact]
    public void The_newest_version_of_the_system_is_read_from_its_library()
    {
        string library = Path.Combine(_files.Folder, "libstdc++.so.6");
        File.WriteAllBytes(library, [.. "GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.4\0GLIBC_2.99\0CXXABI_1.3.13\0"u8]);

        DllNotFoundException explanation = NativeLoadFailure.Explain(
            Wall.Replace("/nowhere/libstdc++.so.6", library, StringComparison.Ordinal))!;

        explanation.Message.Should().Contain(library + " on this system has no version above GLIBCXX_3.4.30.");
        TorchSharpElf.Provides(library).Should().BeFalse();
        File.AppendAllText(library, "GLIBCXX_3.4.31\0GLIBCXX_3.4.32\0");
        TorchSharpElf.Provides(library).Should().BeTrue();
    }
}
