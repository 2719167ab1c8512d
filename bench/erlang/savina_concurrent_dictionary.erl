%% Concurrent dictionary: many processes read and write one dictionary, which serves one at a time.
%%
%% Each key has one user who writes it, and a value tells its key (it is the key plus a multiple of
%% the number of keys), so that neither what is read nor what remains depends on who was first.
-module(savina_concurrent_dictionary).
-export([run/1]).

%% Of a hundred requests; the others read.
-define(WRITES, 10).

run(#{count := Requests, actors := Users, keys := Keys, seed := Seed}) ->
    fun() ->
        Main = self(),
        Dictionary = spawn_link(fun() -> dictionary(new(Keys)) end),
        [spawn_link(fun() ->
            Random = savina_random:seed(Seed + Place),
            user(Dictionary, Main, {Keys, Users, Place}, Random, Requests, 0)
        end) || Place <- lists:seq(0, Users - 1)],
        Sum = savina_total:sum(Users),
        Dictionary ! {close, self()},
        receive {closed, Values} -> Sum + Values end
    end.

new(Keys) ->
    maps:from_list([{Key, Key} || Key <- lists:seq(0, Keys - 1)]).

dictionary(Values) ->
    receive
        {read, Key, User} ->
            User ! {value, maps:get(Key, Values, 0)},
            dictionary(Values);
        {write, Key, Value, User} ->
            User ! written,
            dictionary(Values#{Key => Value});
        {close, From} ->
            From ! {closed, lists:sum(maps:values(Values))}
    end.

user(_, Total, _, _, 0, Sum) ->
    savina_total:report(Total, Sum);
user(Dictionary, Total, {Keys, Users, Place} = Part, Random, Left, Sum) ->
    case savina_random:below(100, Random) of
        {Write, Drawn} when Write < ?WRITES ->
            {Row, Next} = savina_random:below(Keys div Users, Drawn),
            Key = Row * Users + Place,
            Dictionary ! {write, Key, Key + Keys * (Left - 1), self()},
            receive written -> user(Dictionary, Total, Part, Next, Left - 1, Sum) end;
        {_, Drawn} ->
            {Key, Next} = savina_random:below(Keys, Drawn),
            Dictionary ! {read, Key, self()},
            receive
                {value, Value} ->
                    user(Dictionary, Total, Part, Next, Left - 1, Sum + Value rem Keys)
            end
    end.
