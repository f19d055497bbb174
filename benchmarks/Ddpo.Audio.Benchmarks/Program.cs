using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using Ddpo.Audio.Benchmarks;
using Ddpo.Audio.Runtime;

var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun)
    .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "benchmarks"));
ComputeDevice.RequireLibTorch(); // before a benchmark asks for its devices
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
