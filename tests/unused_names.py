"""Names that nothing in bot/, handlers/ and storage/ calls, each with who does: vulture reads them as used."""

_.model_config  # pydantic reads it
_._list  # a pydantic validator
(
    _.timeliness,
    _.breadth,
    _.application,
    _.strengths,
    _.impact,
    _.observations,
)  # fields of a model's answer, read by name
_.organization, _.project  # set on the OpenAI client so that it takes nothing from the environment
_.connect_unix_socket, _.socket_options  # httpcore's protocol of a network backend
_.handle_starttag, _.handle_endtag, _.handle_data  # html.parser calls them
_._split, _._split_hosts, _._not_empty, _._known_zone, _._keys_by_host  # pydantic-settings' validators
_._with_slash, _._known_database, _._both_or_neither, _._distinct_commands  # the same
_.renew_key, _.import_, _.web, _.doctor  # Typer's commands
_.capture_signals, _.should_exit  # uvicorn's server calls and reads them
_.build_install_page_html, _.actor_enterprise_id, _.actor_team_id, _.actor_user_id  # slack_bolt's OAuth flow
_.can_retry_async  # slack_sdk's retry handlers
_.on_move_clock  # the stand-in's page calls it
(
    _.sync_session_class,
    _._only_own_rows,
    _._own_new_rows,
    _._limit,
    _._prepare,
    _.isolation_level,
)  # SQLAlchemy's hooks
_.impl, _.cache_ok, _.process_bind_param, _.process_result_value, _.type_annotation_map  # SQLAlchemy's types
(
    _.user_token,
    _.user_scopes,
    _.user_refresh_token,
    _.user_token_expires_at,
)  # columns of slack_sdk's installation store
_.incoming_webhook_url, _.incoming_webhook_channel, _.incoming_webhook_channel_id  # the same
_.incoming_webhook_configuration_url, _.enterprise_url, _.token_type, _.expire_at, _.installed_at  # the same
_.create_tables  # tests make their databases with it; everything else migrates
