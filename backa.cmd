@echo off
rem Visar versionen innan igen efter ett dubbelklick: samma sak som "py -m nox -s backa".
setlocal
set "HANDLINGSPLAN=backa"
call "%~dp0bygg.cmd" %*
