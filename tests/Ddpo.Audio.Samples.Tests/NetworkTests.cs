using System.Diagnostics;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>Two network namespaces as two machines, each with a name and an address of its own: ranks talk over TCP there, and give the same sums as on one.</summary>
public sealed class NetworkTests : IDisposable
{
    private const string First = "ddpo-a", Second = "ddpo-b";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        foreach (var host in new[] { First, Second })
        {
            Shell($"ip netns del {host}; rm -rf /etc/netns/{host}");
        }

        _folder.Dispose();
    }

    [NetworkFact(openMpi: true)]
    public Task Two_machines_sum_and_train_as_one_on_Open_MPI() => AssertAsOneAsync(
        MpiJob.OpenMpi!, ["--mca", "plm_rsh_agent", Agent(), "-H", $"{First}:1,{Second}:1", "--map-by", "node", "--mca", "btl", "tcp,self", "--mca", "pml", "ob1"], []);

    [NetworkFact(openMpi: false)]
    public Task Two_machines_sum_and_train_as_one_on_MPICH() => AssertAsOneAsync(
        MpiJob.Mpich!, ["-launcher", "ssh", "-launcher-exec", Agent(), "-hosts", $"{First}:1,{Second}:1", "-ppn", "1"], [("UCX_TLS", "tcp,self")]);

    private async Task AssertAsOneAsync(string launcher, string[] options, (string Name, string Value)[] environment)
    {
        Assert.Equal(0, Shell($"""
            set -e
            for host in {First} {Second}; do
                ip netns add $host
                ip -n $host link set lo up
                mkdir -p /etc/netns/$host
                printf '127.0.0.1 localhost\n10.77.9.1 {First}\n10.77.9.2 {Second}\n' > /etc/netns/$host/hosts
            done
            ip link add ddpo-va netns {First} type veth peer name ddpo-vb netns {Second}
            ip -n {First} addr add 10.77.9.1/24 dev ddpo-va; ip -n {First} link set ddpo-va up
            ip -n {Second} addr add 10.77.9.2/24 dev ddpo-vb; ip -n {Second} link set ddpo-vb up
            for try in $(seq 100); do # until both ends know that they are connected
                ip netns exec {First} grep -q up /sys/class/net/ddpo-va/operstate && ip netns exec {Second} grep -q up /sys/class/net/ddpo-vb/operstate && exit 0
                sleep 0.1
            done
            exit 1
            """).Code);
        var scaling = Path.Combine(SampleProgram.Folder("Scaling", "benchmarks"), "Scaling.dll");
        var here = await MpiJob.RunAsync(launcher, 2, scaling, ["collective"]);
        Assert.True(MpiJob.IsDone(launcher, here.Code), here.Error);
        var before = BytesSent();
        var there = await RunAsync(launcher, options, environment, scaling, "collective");
        Assert.True(MpiJob.IsDone(launcher, there.Code), $"{there.Code}: {there.Error}{there.Output}");
        Assert.Contains("2 ranks, 1 here: ", there.Output, StringComparison.Ordinal);
        Assert.Equal(Sums(here.Output), Sums(there.Output));
        Assert.True(BytesSent() - before > 10_000_000, "the data took another way");

        string[] train =
        [
            "--steps", "2", "--duration", "00:00:00.32", "--Sampling:BatchSize", "2", "--Sampling:NumBatchesPerEpoch", "1", "--Ddpo:SkipLastTimesteps", "1", "--seed", "5",
            "--Prompts:Words:instrument", "piano", "--Validation:EveryEpochs", "0", "--epochs", "2", "--Rewards:clap_score", "false", "--Rewards:emo_score", "false",
            "--Rewards:loudness", "--Rewards:spectral_centroid", "false", "--Checkpoints:SaveSamplesEveryEpochs", "1", "--output",
        ];
        var program = Path.Combine(SampleProgram.Folder("Train"), "Train.dll");
        var local = await MpiJob.RunAsync(launcher, 2, program, [.. train, _folder["here"]]);
        Assert.True(MpiJob.IsDone(launcher, local.Code), local.Error);
        var remote = await RunAsync(launcher, options, environment, program, [.. train, _folder["there"]]);
        Assert.True(MpiJob.IsDone(launcher, remote.Code), $"{remote.Code}: {remote.Error}{remote.Output}");
        Assert.Equal(
            RunDigest.Hash(_folder["here/checkpoints/epoch-0002/pytorch_lora_weights.safetensors"]),
            RunDigest.Hash(_folder["there/checkpoints/epoch-0002/pytorch_lora_weights.safetensors"]));
    }

    // The line of rank 0; after it a launcher may have something to say.
    private static string Sums(string output) => output.Split("here: ")[1].Split('\n')[0].Trim();

    /// <summary>What stands for ssh: runs a command in a namespace, under its name.</summary>
    private string Agent()
    {
        var agent = _folder.Write("agent.sh", """
            #!/bin/sh
            while [ "${1#-}" != "$1" ]; do shift; done
            host=$1; shift
            exec ip netns exec $host unshare --uts --ipc sh -c "hostname $host; exec $*"
            """);
        Shell($"chmod +x {agent}");
        return agent;
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(
        string launcher, string[] options, (string Name, string Value)[] environment, string program, params string[] arguments)
    {
        var start = MpiJob.Start(launcher, 2, program, arguments, 60, options);
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(part => $"'{part}'"));
        var inside = new ProcessStartInfo("ip", ["netns", "exec", First, "unshare", "--uts", "--ipc", "sh", "-c", $"hostname {First}; exec {command}"]);
        foreach (var (name, value) in start.Environment.Select(entry => (entry.Key, entry.Value)).Concat(environment.Select(entry => (entry.Name, (string?)entry.Value))))
        {
            inside.Environment[name] = value;
        }

        return SampleProgram.RunAsync(inside);
    }

    private static long BytesSent() => long.Parse(
        Shell($"ip netns exec {First} cat /sys/class/net/ddpo-va/statistics/tx_bytes").Output.Trim(), System.Globalization.CultureInfo.InvariantCulture);

    private static (int Code, string Output) Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output);
    }

    /// <summary>A test of processes on two network namespaces.</summary>
    private sealed class NetworkFactAttribute : FactAttribute
    {
        public NetworkFactAttribute(bool openMpi)
        {
            if ((openMpi ? MpiJob.OpenMpi : MpiJob.Mpich) is null)
            {
                Skip = openMpi ? "Open MPI is not installed (Debian: openmpi-bin, libopenmpi3)." : "MPICH is not installed (Debian: mpich, libmpich12).";
            }
            else if (!CanMake())
            {
                Skip = "This machine does not let a process make network namespaces (root, ip netns, unshare).";
            }
        }

        private static bool CanMake()
        {
            try
            {
                return Shell($"""
                    ip netns add ddpo-probe && ip link add ddpo-p0 netns ddpo-probe type veth peer name ddpo-p1 netns ddpo-probe && ip netns exec ddpo-probe unshare --uts --ipc true
                    code=$?; ip netns del ddpo-probe; exit $code
                    """).Code == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
