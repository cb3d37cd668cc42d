"""What servers of every family say when they refuse or fail, in their own wordings, and whose fault it is."""

from typing import Any

from bot.judges.llm.replies.error_replies import meaning_of, read_error

REPLIES: list[tuple[str, int, Any, str]] = [
("Anthropic",400,{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}},"account"),
("Anthropic",403,{"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource"}},"account"),
("Anthropic",404,{"type":"error","error":{"type":"not_found_error","message":"model: claude-opus-9"}},"account"),
("Anthropic",529,{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}},"failed"),
("Anthropic",429,{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 30,000 input tokens per minute."}},"limited"),
("Anthropic",400,{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."}},"account"),
("Anthropic",400,{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213423 tokens > 200000 maximum"}},"large"),
("Anthropic",400,{"type":"error","error":{"type":"invalid_request_error","message":"This organization has been disabled."}},"account"),
("OpenAI",403,{"error":{"message":"You are not allowed to sample from this model","type":"invalid_request_error"}},"account"),
("OpenAI",400,{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter","param":"max_tokens"}},"request"),
("OpenAI",400,{"error":{"message":"Invalid schema for response_format 'verdict': In context=(), 'multipleOf' is not permitted.","code":None,"param":"response_format"}},"request"),
("OpenAI",429,{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","code":"insufficient_quota"}},"account"),
("OpenAI",500,{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error"}},"failed"),
("OpenAI",503,{"error":{"message":"The engine is currently overloaded, please try again later","type":"server_error"}},"failed"),
("OpenAI",401,{"error":{"message":"Incorrect API key provided: sk-abc***. You can find your API key at https://platform.openai.com/account/api-keys.","code":"invalid_api_key"}},"account"),
("OpenAI",400,{"error":{"message":"Your organization must be verified to stream this model.","code":"unsupported_value","param":"stream"}},"account"),
("OpenAI",404,{"error":{"message":"This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?","code":None,"param":"model"}},"account"),
("OpenAI",400,{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy.","code":"invalid_prompt"}},"refused"),
("Azure",400,{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"content_filter","status":400}},"refused"),
("Azure",401,{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}},"account"),
("Azure",429,{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-06-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds."}},"limited"),
("Azure",403,{"error":{"code":"403","message":"Access denied due to Virtual Network/Firewall rules."}},"account"),
("Azure",400,{"error":{"code":"BadRequest","message":"response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later"}},"request"),
("Gemini",400,{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}},"account"),
("Gemini",400,{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT"}},"account"),
("Gemini",403,{"error":{"code":403,"message":"Generative Language API has not been used in project 123 before or it is disabled.","status":"PERMISSION_DENIED"}},"account"),
("Gemini",404,{"error":{"code":404,"message":"models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}},"account"),
("Gemini",503,{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}},"failed"),
("Gemini",500,{"error":{"code":500,"message":"An internal error has occurred. Please retry","status":"INTERNAL"}},"failed"),
("Gemini",400,{"error":{"code":400,"message":"The input token count (1203423) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}},"large"),
("Gemini",400,{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"thinkingLevel\" at 'generation_config.thinking_config': Cannot find field.","status":"INVALID_ARGUMENT"}},"request"),
("Gemini",400,{"error":{"code":400,"message":"Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.","status":"FAILED_PRECONDITION"}},"account"),
("Gemini",429,{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}},"limited"),
("Groq",429,{"error":{"message":"Rate limit reached for model `x` in organization `org_1` on requests per minute (RPM): Limit 30, Used 30. Please try again in 2s.","code":"rate_limit_exceeded"}},"limited"),
("Groq",400,{"error":{"message":"The model `x` has been decommissioned and is no longer supported.","code":"model_decommissioned"}},"account"),
("Groq",400,{"error":{"message":"Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.","code":"json_validate_failed","failed_generation":"x"}},"unusable"),
("Groq",400,{"error":{"message":"Organization has been restricted. Please reach out to support if you believe this was in error.","code":"organization_restricted"}},"account"),
("Groq",503,{"error":{"message":"x is currently over capacity. Please try again and back off exponentially.","type":"internal_server_error"}},"failed"),
("OpenRouter",403,{"error":{"message":"Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys","code":403}},"account"),
("OpenRouter",401,{"error":{"message":"No auth credentials found","code":401}},"account"),
("OpenRouter",404,{"error":{"message":"No endpoints found matching your data policy (Paid model training).","code":404}},"account"),
("OpenRouter",502,{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"upstream connect error","provider_name":"x"}}},"failed"),
("OpenRouter",400,{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":'{"error":{"message":"Unrecognized request argument supplied: reasoning_effort"}}'}}},"request"),
("OpenRouter",400,{"error":{"message":"x/y is not a valid model ID","code":400}},"account"),
("OpenRouter",403,{"error":{"message":'x requires moderation. Your input was flagged for "harassment".',"code":403,"metadata":{"reasons":["harassment"]}}},"refused"),
("vLLM",400,{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages. Please reduce the length of the messages.","type":"BadRequestError","code":400},"large"),
("vLLM",404,{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","code":404},"account"),
("vLLM",400,{"object":"error","message":'"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',"type":"BadRequestError","code":400},"request"),
("vLLM",400,{"object":"error","message":'Grammar error: Unimplemented keys: ["multipleOf"]',"type":"BadRequestError","code":400},"request"),
("vLLM",401,{"error":"Unauthorized"},"account"),
("llama.cpp",503,{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}},"failed"),
("llama.cpp",400,{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}},"large"),
("llama.cpp",400,{"error":{"code":400,"message":"failed to parse grammar","type":"invalid_request_error"}},"request"),
("llama.cpp",500,{"error":{"code":500,"message":"Failed to parse input at pos 0","type":"server_error"}},"failed"),
("llama.cpp",401,{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}},"account"),
("TGI",422,{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3000 `inputs` tokens and 4096 `max_new_tokens`","error_type":"validation"},"large"),
("TGI",429,{"error":"Model is overloaded","error_type":"overloaded"},"limited"),
("TGI",424,{"error":"Request failed during generation: Server error: CUDA out of memory.","error_type":"generation"},"failed"),
("LM Studio",404,{"error":{"message":"No models loaded. Please load a model in the developer page or use the `lms load` command.","type":"invalid_request_error","param":"model","code":"model_not_found"}},"account"),
("LM Studio",400,{"error":"'response_format.type' must be 'json_schema' or 'text'"},"request"),
("LM Studio",400,{"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."},"large"),
("LM Studio",400,{"error":"The model has crashed without additional information. (Exit code: 6)"},"failed"),
("Ollama",404,{"error":{"message":"model 'llama9' not found","type":"not_found_error"}},"account"),
("Ollama",400,{"error":{"message":"registry.ollama.ai/library/x does not support tools","type":"api_error"}},"request"),
("Ollama",500,{"error":{"message":"llama runner process has terminated: exit status 2","type":"api_error"}},"failed"),
("Ollama",503,{"error":{"message":"server busy, please try again.  maximum pending requests exceeded"}},"failed"),
("Ollama",500,{"error":{"message":"model requires more system memory (12.0 GiB) than is available (7.0 GiB)","type":"api_error"}},"failed"),
("Cloudflare",524,"<html><title>524: A timeout occurred</title></html>","failed"),
("Mistral",401,{"message":"Unauthorized","request_id":"x"},"account"),
("Mistral",422,{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error"},"request"),
("DeepSeek",402,{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}},"account"),
("xAI",403,{"code":"The caller does not have permission to execute the specified operation","error":"Your newly created team doesn't have any credits yet."},"account"),
("Together",429,{"error":{"message":"You have reached the rate limit specific to this model","type":"model_rate_limit"}},"limited"),
("Bedrock proxy",403,{"message":"You don't have access to the model with the specified model ID."},"account"),
("Bedrock proxy",429,{"message":"Too many requests, please wait before trying again."},"limited"),
("LiteLLM",400,{"error":{"message":"Budget has been exceeded! Current cost: 10.2, Max budget: 10.0","type":"budget_exceeded","code":"400"}},"account"),
("Vertex",400,{"error":{"code":400,"message":"Publisher Model `x` was not found or your project does not have access to it.","status":"FAILED_PRECONDITION"}},"account"),
]  # fmt: skip
"""Family, HTTP status, body, meaning."""


def test_every_familys_wordings_are_understood() -> None:
    wrong = [
        (family, status, read_error(status, body).words, meaning_of(read_error(status, body)), meaning)
        for family, status, body, meaning in REPLIES
        if meaning_of(read_error(status, body)) != meaning
    ]
    assert wrong == []
    families = {family for family, *_ in REPLIES}
    named = {
        "OpenRouter",
        "Groq",
        "Azure",
        "vLLM",
        "llama.cpp",
        "TGI",
        "LM Studio",
        "Ollama",
        "Gemini",
        "Anthropic",
    }
    assert named <= families


def test_each_meaning_is_met_in_several_wordings() -> None:
    meanings = [meaning for *_, meaning in REPLIES]
    assert (
        min(
            meanings.count(meaning)
            for meaning in ("account", "limited", "failed", "request", "large", "refused")
        )
        >= 3
    )
