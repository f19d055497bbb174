using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>How generation goes from noise to a clip. <see cref="Ddim"/> or <see cref="DpmSolverMultistep"/>.</summary>
public abstract record AudioScheduler
{
    private protected AudioScheduler()
    {
    }

    /// <summary>Gets DDIM (Song and others 2020, arXiv:2010.02502), by which training samples, too: some 100 to 200 steps.</summary>
    public static AudioScheduler Ddim { get; } = new DdimGeneration();

    /// <summary>Gets DPM-Solver++ of the second order, with the settings that diffusers has: some 20 steps.</summary>
    public static AudioScheduler DpmSolver { get; } = new DpmSolverMultistep();
}

/// <summary>
/// DPM-Solver++ in its multistep form (Lu and others 2022, arXiv:2211.01095), step for step diffusers' <c>DPMSolverMultistepScheduler</c> of the algorithm
/// <c>dpmsolver++</c>. Deterministic: there is no eta.
/// </summary>
public sealed record DpmSolverMultistep : AudioScheduler
{
    /// <summary>Gets the order of the solver (<c>solver_order</c>), 1 to 3; 2 by default, which guidance needs, 3 is for generating without.</summary>
    [Range(1, 3)]
    public int SolverOrder { get; init; } = 2;

    /// <summary>Gets the kind of the second-order step (<c>solver_type</c>); <see cref="DpmSolverType.Midpoint"/> by default.</summary>
    [EnumDataType(typeof(DpmSolverType))]
    public DpmSolverType SolverType { get; init; }

    /// <summary>Gets whether the last steps are of lower order when there are fewer than 15 (<c>lower_order_final</c>); <see langword="true"/> by default.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>Gets whether the last step is of the first order however many there are (<c>euler_at_final</c>); <see langword="false"/> by default.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>Gets whether noise levels are spread as Karras and others do (2022, arXiv:2206.00364; <c>use_karras_sigmas</c>); <see langword="false"/> by default.</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Gets the noise level that the last step ends at (<c>final_sigmas_type</c>); <see cref="DpmFinalSigma.Zero"/> by default.</summary>
    [EnumDataType(typeof(DpmFinalSigma))]
    public DpmFinalSigma FinalSigma { get; init; }
}

/// <summary>The kind of DPM-Solver++'s second-order step.</summary>
public enum DpmSolverType
{
    /// <summary>With half of the difference of the last two predictions, as at the middle of the step.</summary>
    Midpoint,

    /// <summary>With the difference weighted by the exact integral, as Heun's.</summary>
    Heun,
}

/// <summary>The noise level that the last step of DPM-Solver++ ends at.</summary>
public enum DpmFinalSigma
{
    /// <summary>None.</summary>
    Zero,

    /// <summary>That of timestep 0.</summary>
    SigmaMin,
}

internal sealed record DdimGeneration : AudioScheduler;
