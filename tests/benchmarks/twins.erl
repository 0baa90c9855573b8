%% What the rows beside Concuerror compare: the same programs in Erlang. A call is written out,
%% with a monitor, as gen_server did it before OTP 24: Concuerror knows no aliases.
-module(twins).
-export([two_clients/0, four_clients/0, get_against_stop/0]).

two_clients() -> put_and_get(2).

four_clients() -> put_and_get(4).

get_against_stop() ->
    Store = start(),
    spawn(fun() -> catch call(Store, {get, k}) end),
    spawn(fun() -> catch call(Store, stop) end).

put_and_get(Clients) ->
    Store = start(),
    [spawn(fun() -> ok = call(Store, {put, k, N}), call(Store, {get, k}) end)
     || N <- lists:seq(1, Clients)].

start() -> spawn(fun() -> serve(#{}) end).

serve(Pairs) ->
    receive
        {call, From, Ref, {put, Key, Value}} -> From ! {Ref, ok}, serve(Pairs#{Key => Value});
        {call, From, Ref, {get, Key}} -> From ! {Ref, maps:get(Key, Pairs, nil)}, serve(Pairs);
        {call, _From, _Ref, stop} -> ok
    end.

call(Server, Request) ->
    Ref = monitor(process, Server),
    Server ! {call, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Reason} -> exit({Reason, Request})
    end.
