using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>What of the study to do. As <c>--Tasks:0 angry --Algorithms:0 draft --Samples 512</c>.</summary>
internal sealed class StudyOptions
{
    /// <summary>Where results go, and runs until they are done.</summary>
    [Required]
    public string Output { get; set; } = Path.Combine("runs", "learning");

    /// <summary>Files of <c>tasks</c>, or paths of others; all of <c>tasks</c> when empty.</summary>
    public string[] Tasks { get; set; } = [];

    /// <summary>Files of <c>algorithms</c>, or paths of others; all of <c>algorithms</c> when empty.</summary>
    public string[] Algorithms { get; set; } = [];

    /// <summary>A run for each.</summary>
    public ulong[] Seeds { get; set; } = [];

    /// <summary>Samples to learn from in each run.</summary>
    [Range(1, int.MaxValue)]
    public int Samples { get; set; } = 512;

    /// <summary>Learning rates to try; those of the files when empty.</summary>
    public double[] LearningRates { get; set; } = [];

    /// <summary>Runs at a time; the cores are shared out among them.</summary>
    [Range(1, int.MaxValue)]
    public int Parallel { get; set; } = 1;
}
