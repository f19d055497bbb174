using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using Ddpo.Audio.Benchmarks;

var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun)
    .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
