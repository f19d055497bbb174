using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Ddpo.Audio.Samples;

/// <summary>Makes problem details of what goes wrong, in words for whoever sits before the page.</summary>
internal sealed class StudioProblems(IProblemDetailsService problems) : IExceptionHandler
{
    /// <inheritdoc/>
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            StudioProblemException known => known,
            BadHttpRequestException bad => RequestBody.ProblemOf(bad, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint),
            CheckpointException checkpoint => new(
                StatusCodes.Status422UnprocessableEntity, "A model or an adapter cannot be used.", checkpoint.Message),
            ArgumentException argument => new(StatusCodes.Status400BadRequest, "The model cannot do this.", argument.Message),
            NotSupportedException missing => new(StatusCodes.Status503ServiceUnavailable, "The model cannot be loaded.", missing.Message),
            OperationCanceledException => new(StatusCodes.Status503ServiceUnavailable, "This was stopped before it was done."),
            _ => default(StudioProblemException),
        };
        if (problem is null)
        {
            return ValueTask.FromResult(false); // a mistake of the program: logged, and no word of it to the visitor
        }

        httpContext.Response.StatusCode = problem.Status;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = problem.Errors is { } errors
                ? new HttpValidationProblemDetails(errors) { Title = problem.Title, Status = problem.Status }
                : new ProblemDetails { Title = problem.Title, Status = problem.Status, Detail = problem.Message },
        });
    }
}
