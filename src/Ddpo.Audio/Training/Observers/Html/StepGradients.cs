namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>How large the gradient is at each denoising step, where that was measured.</summary>
internal static class StepGradients
{
    public static void Write(HtmlWriter html, RunView run)
    {
        var steps = run.Epochs.SelectMany(epoch => epoch.Measurements.Keys).Select(PolicyGradientMeasurements.StepOf).OfType<int>().Distinct().Order()
            .Select(step => (Step: step, Norms: Norms(run, step))).Where(step => step.Norms.Length > 0).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        var largest = steps.Max(step => step.Norms.Average());
        html.Raw("<figure class=\"chart wide steps\">\n<figcaption><h3>Gradient norm by denoising step</h3><p>Of the first batch of an epoch, before its first update; the "
            + "noisiest step first. A step that towers over the others rules what is learned: leave it out, or normalise the ratio.</p></figcaption>\n");
        html.Raw("<table><thead><tr><th scope=\"col\">step</th><th scope=\"col\">mean of the run</th><th scope=\"col\">last measured</th><td></td></tr></thead>\n<tbody>\n");
        foreach (var (step, norms) in steps)
        {
            var mean = norms.Average();
            html.Write($"<tr><th scope=\"row\">{step + 1}</th><td>{Numbers.Text(mean)}</td><td>{Numbers.Text(norms[^1])}</td>");
            html.Write($"<td><i style=\"width:{(largest > 0 ? 100 * mean / largest : 0):0.#}%\"></i></td></tr>\n");
        }

        html.Raw("</tbody></table></figure>\n");
    }

    private static double[] Norms(RunView run, int step) =>
        [.. run.Epochs.Select(epoch => epoch[PolicyGradientMeasurements.GradientNormOfStep(step)]).Where(double.IsFinite)];
}
