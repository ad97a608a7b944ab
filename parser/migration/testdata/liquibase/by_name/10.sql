--liquibase formatted sql
--changeset ann:10
SELECT 10;
