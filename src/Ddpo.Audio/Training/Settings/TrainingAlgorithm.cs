namespace Ddpo.Audio;

/// <summary>How a model is improved. Each has a group of settings of its own name in <see cref="DdpoOptions"/>; those of the others are not looked at.</summary>
public enum TrainingAlgorithm
{
    /// <summary>Denoising diffusion policy optimisation: each sample against what its prompt got before (<see cref="DdpoOptions.Ddpo"/>).</summary>
    Ddpo,

    /// <summary>Group relative policy optimisation: several samples of a prompt against each other (<see cref="DdpoOptions.Grpo"/>).</summary>
    Grpo,

    /// <summary>Direct reward fine-tuning: the reward's own gradient, through what made the sample (<see cref="DdpoOptions.Draft"/>).</summary>
    Draft,

    /// <summary>Reward-weighted regression: training on the own samples, better ones weighing more (<see cref="DdpoOptions.Rwr"/>).</summary>
    Rwr,

    /// <summary>Advantage-weighted matching: towards samples that are better than others of their prompt, and away from worse ones (<see cref="DdpoOptions.Awm"/>).</summary>
    Awm,

    /// <summary>DiffusionNFT, negative-aware fine-tuning: as AWM, but as contrast to a policy that is kept aside (<see cref="DdpoOptions.Nft"/>).</summary>
    Nft,

    /// <summary>An own one, which code gives: <c>UseAlgorithm</c>.</summary>
    Own,
}
